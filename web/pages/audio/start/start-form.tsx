import { useWords } from '../../../base/words.ts';
import type { Act } from '../../../live/act.ts';
import { Dialog, DialogForm } from '../../../parts/dialog.tsx';
import { Note } from '../../../parts/page.tsx';
import { Said } from '../../../parts/said.tsx';
import { Asleep, useRole } from '../../../things/services/asleep.tsx';
import { words } from '../words.ts';

/** A dialog that starts a job. @param problem why it cannot be started yet */
export function StartForm({
  title,
  deed,
  body,
  problem,
  start: { act, hint },
  onClose,
  children,
}: {
  title: string;
  deed: string;
  body: object;
  problem: string | undefined;
  start: { act: Act<[body: object]>; hint: string | null };
  onClose: () => void;
  children: React.ReactNode;
}) {
  const t = useWords(words);
  const role = useRole('shubniggurath');
  const blocked = problem ?? (role === 'up' ? undefined : t.openFirst);
  return (
    <Dialog title={title} wide onClose={onClose}>
      <DialogForm
        state={act.state}
        deed={deed}
        busy={act.busy && t.starting}
        blocked={blocked}
        onAct={() => void act.run(body)}
        onClose={onClose}
      >
        <Asleep service="shubniggurath" />
        {children}
        {hint !== null && (
          <Note tone="warn">
            <Said english>{hint}</Said>
          </Note>
        )}
      </DialogForm>
    </Dialog>
  );
}
