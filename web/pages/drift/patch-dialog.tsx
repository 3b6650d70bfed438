import { useCallback, useState } from 'react';
import type { CreatePatchAnswer } from '../../../contracts/drift-patch.ts';
import type { DriftFinding, DriftSeverity } from '../../../contracts/drift.ts';
import { useWords } from '../../base/words.ts';
import { useAct } from '../../live/act.ts';
import { changeSurely } from '../../live/call.ts';
import { markChanged } from '../../live/queries.ts';
import { ActFailure } from '../../parts/act-failure.tsx';
import { Button } from '../../parts/button.tsx';
import { Dialog, DialogActs } from '../../parts/dialog.tsx';
import { Choice, TextField } from '../../parts/field.tsx';
import { bySeverity } from '../../things/severity-mark.tsx';
import { MadePatch } from './made-patch.tsx';
import { words } from './words.ts';

/** A proof in a shadow project takes a while. */
const withinMs = 120_000;

const severities = { info: 'low', warn: 'normal', high: 'high', critical: 'critical' } as const;
const worstOf = (findings: readonly DriftFinding[]): DriftSeverity =>
  findings.toSorted(bySeverity).at(-1)?.severity ?? 'info';

/** Makes a patch of what differs at a service, or at the stack itself, and proves it; nothing is changed by that. */
export function PatchDialog({
  module_name,
  findings,
  onClose,
}: {
  module_name: string;
  findings: readonly DriftFinding[];
  onClose: () => void;
}) {
  const t = useWords(words);
  const [direction, setDirection] = useState<'restore' | 'adopt'>('restore');
  const [why, setWhy] = useState('');
  const [made, setMade] = useState<CreatePatchAnswer | null>(null);
  const severity = severities[worstOf(findings)];
  const act = useAct(
    useCallback(
      async ({ key, onLost }) => {
        const issue_description = why.trim() === '' ? t.whyDefault(module_name) : why.trim();
        const body = { module_name, issue_description, severity, direction };
        const path = '/manifestator/patch/create';
        const sent = { body, key, withinMs };
        setMade(await changeSurely<CreatePatchAnswer>('POST', path, sent, onLost));
        markChanged(['patches']);
      },
      [module_name, severity, direction, why, t],
    ),
  );
  return (
    <Dialog title={t.patchOf(module_name)} wide onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void act.run();
        }}
      >
        <Choice
          label={t.direction}
          value={direction}
          options={[
            ['restore', t.restore],
            ['adopt', t.adopt],
          ]}
          onChange={(next) => {
            setDirection(next);
            setMade(null);
          }}
        />
        <TextField
          label={t.patchWhy}
          hint={t.patchHint}
          maxLength={500}
          value={why}
          onChange={setWhy}
        />
        <ActFailure state={act.state} />
        {made !== null && <MadePatch of={made} />}
        <DialogActs away={<Button onPress={onClose}>{t.notNow}</Button>}>
          {made?.status !== 'generated' && (
            <Button type="submit" weight="primary" busy={act.busy && t.making}>
              {t.makePatch}
            </Button>
          )}
        </DialogActs>
      </form>
    </Dialog>
  );
}
