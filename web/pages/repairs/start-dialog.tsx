import { useCallback, useState } from 'react';
import { useLocation } from 'wouter';
import type { CheckRunView } from '../../../contracts/checks.ts';
import type { RepairView } from '../../../contracts/repair.ts';
import { clockTime } from '../../base/format.ts';
import { usePreferences } from '../../base/preferences.ts';
import { useWords } from '../../base/words.ts';
import { useAct } from '../../live/act.ts';
import type { CheckRuns } from '../../live/answers.ts';
import { changeSurely } from '../../live/call.ts';
import { markChanged, useRead } from '../../live/queries.ts';
import { announce } from '../../parts/announce.tsx';
import { Button, LinkButton } from '../../parts/button.tsx';
import { Dialog, DialogActs, DialogForm } from '../../parts/dialog.tsx';
import { Choice, Field, TextField, inputClass } from '../../parts/field.tsx';
import { Answer, Empty } from '../../parts/page.tsx';
import { isRed } from '../../things/red-run.ts';
import { redRuns } from './stages.ts';
import { words } from './words.ts';

/** Starts a repair: of which red run, whether its patch becomes a plan, and why. */
export function StartDialog({ runId, onClose }: { runId: string; onClose: () => void }) {
  const t = useWords(words);
  const runs = useRead<CheckRuns>('checks', '/vx11/checks', { limit: 100 });
  return (
    <Dialog title={t.startTitle} onClose={onClose}>
      <p>{t.startAbout}</p>
      <Answer of={runs} rows={4}>
        {(data) => {
          const red = redRuns(data.runs);
          const asked = data.runs.find((run) => run.run_id === runId && isRed(run));
          const offered = asked === undefined || red.includes(asked) ? red : [asked, ...red];
          return offered.length === 0 ? (
            <>
              <Empty act={<LinkButton to="/checks?run">{t.runChecks}</LinkButton>}>{t.noRed}</Empty>
              <DialogActs away={<Button onPress={onClose}>{t.notNow}</Button>}>{null}</DialogActs>
            </>
          ) : (
            <Form runs={offered} first={asked ?? offered[0]!} onClose={onClose} />
          );
        }}
      </Answer>
    </Dialog>
  );
}

function Form({
  runs,
  first,
  onClose,
}: {
  runs: readonly CheckRunView[];
  first: CheckRunView;
  onClose: () => void;
}) {
  const t = useWords(words);
  const { clock } = usePreferences();
  const [, go] = useLocation();
  const [run_id, setRun] = useState(first.run_id);
  const [then, setThen] = useState<'plan' | 'show'>('plan');
  const [reason, setReason] = useState('');
  const act = useAct(
    useCallback(
      async ({ key, onLost }) => {
        const said = reason.trim();
        const body = { run_id, dry_run: then === 'show', ...(said !== '' && { reason: said }) };
        const made = await changeSurely<RepairView>('POST', '/vx11/repairs', { body, key }, onLost);
        announce(t.started);
        markChanged(['repairs']);
        go(`/repairs/${made.repair_id}`, { replace: true });
      },
      [run_id, then, reason, go, t],
    ),
  );
  const nameOf = ({ suite, host, finished_at }: CheckRunView): string =>
    `${suite === 'all' ? t.everything : suite} · ${host} · ${clockTime(Date.parse(finished_at!), clock).slice(0, 5)}`;
  return (
    <DialogForm
      state={act.state}
      deed={t.startNow}
      busy={act.busy && t.starting}
      onAct={() => void act.run()}
      onClose={onClose}
    >
      <Field label={t.which}>
        {(ids) => (
          <select
            {...ids}
            className={inputClass}
            value={run_id}
            onChange={({ target }) => setRun(target.value)}
          >
            {runs.map((run) => (
              <option key={run.run_id} value={run.run_id}>
                {nameOf(run)}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Choice
        label={t.onceProved}
        value={then}
        options={[
          ['plan', t.makePlan],
          ['show', t.onlyShow],
        ]}
        onChange={setThen}
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
