import type { UseQueryResult } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import { useLocation } from 'wouter';
import type { CheckRunView } from '../../../contracts/checks.ts';
import { useWords } from '../../base/words.ts';
import { useAct } from '../../live/act.ts';
import type { CheckSuites } from '../../live/answers.ts';
import { changeSurely, type CallError } from '../../live/call.ts';
import { markChanged } from '../../live/queries.ts';
import { announce } from '../../parts/announce.tsx';
import { Dialog, DialogForm } from '../../parts/dialog.tsx';
import { Choice, Field, TextField, inputClass } from '../../parts/field.tsx';
import { Answer } from '../../parts/page.tsx';
import { words } from './words.ts';

type Suite = CheckSuites['suites'][number];
/** The choice of everything that declares checks. */
const everything = '';
const keyOf = ({ host, name }: Suite): string => `${host} ${name}`;

/** Starts a run of checks: of what, whether it wakes what sleeps, and why. */
export function RunDialog({
  suites,
  onClose,
}: {
  suites: UseQueryResult<CheckSuites, CallError>;
  onClose: () => void;
}) {
  const t = useWords(words);
  return (
    <Dialog title={t.runTitle} onClose={onClose}>
      <Answer of={suites} rows={4}>
        {(data) => <Form suites={data.suites} onClose={onClose} />}
      </Answer>
    </Dialog>
  );
}

function Form({ suites, onClose }: { suites: readonly Suite[]; onClose: () => void }) {
  const t = useWords(words);
  const [, go] = useLocation();
  const [chosen, setChosen] = useState(everything);
  const [open, setOpen] = useState<'window' | 'never'>('window');
  const [flaky, setFlaky] = useState<'fail' | 'pass'>('fail');
  const [reason, setReason] = useState('');
  const act = useAct(
    useCallback(
      async ({ key, onLost }) => {
        const suite = suites.find((one) => keyOf(one) === chosen);
        const body = {
          open,
          flaky,
          ...(suite !== undefined && { suite: suite.name, host: suite.host }),
          ...(reason.trim() !== '' && { reason: reason.trim() }),
        };
        const run = await changeSurely<CheckRunView>('POST', '/vx11/checks', { body, key }, onLost);
        announce(t.started);
        markChanged(['checks']);
        go(`/checks/${run.run_id}`, { replace: true });
      },
      [suites, chosen, open, flaky, reason, go, t],
    ),
  );
  return (
    <DialogForm
      state={act.state}
      deed={t.runNow}
      busy={act.busy && t.starting}
      onAct={() => void act.run()}
      onClose={onClose}
    >
      <Field label={t.which}>
        {(ids) => (
          <select
            {...ids}
            className={inputClass}
            value={chosen}
            onChange={({ target }) => setChosen(target.value)}
          >
            <option value={everything}>{t.declared}</option>
            <Options label={t.suites} of={suites.filter(({ kind }) => kind !== 'service')} />
            <Options label={t.services} of={suites.filter(({ kind }) => kind === 'service')} />
          </select>
        )}
      </Field>
      <Choice
        label={t.asleep}
        value={open}
        options={[
          ['window', t.wake],
          ['never', t.leave],
        ]}
        onChange={setOpen}
      />
      <Choice
        label={t.flakyCounts}
        value={flaky}
        options={[
          ['fail', t.asFailed],
          ['pass', t.asPassed],
        ]}
        onChange={setFlaky}
      />
      <TextField
        label={t.reason}
        hint={t.reasonHint}
        maxLength={500}
        value={reason}
        onChange={setReason}
      />
    </DialogForm>
  );
}

/** The suites of one kind; one with a mistake is there, and cannot be chosen. */
function Options({ label, of }: { label: string; of: readonly Suite[] }) {
  const t = useWords(words);
  if (of.length === 0) return null;
  const oneHost = new Set(of.map(({ host }) => host)).size === 1;
  return (
    <optgroup label={label}>
      {of.map((suite) => {
        const { name, host, problems } = suite;
        const text = oneHost ? name : `${name} · ${host}`;
        return (
          <option key={keyOf(suite)} value={keyOf(suite)} disabled={problems.length > 0}>
            {problems.length > 0 ? t.cannotRun(text) : text}
          </option>
        );
      })}
    </optgroup>
  );
}
