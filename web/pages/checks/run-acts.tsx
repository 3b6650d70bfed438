import type { CheckRunView } from '../../../contracts/checks.ts';
import { useWords } from '../../base/words.ts';
import { useMay } from '../../live/session.ts';
import { LinkButton } from '../../parts/button.tsx';
import { Cancel } from '../../things/cancel.tsx';
import { hasEnded } from '../../things/run-time.ts';
import { isRed } from '../../things/red-run.ts';
import { words } from './words.ts';

/** Cancels a run, or starts the repair of what it found red. */
export function Acts({ run }: { run: CheckRunView }) {
  const t = useWords(words);
  const mayRepair = useMay('operator');
  const { run_id, owner } = run;
  if (!hasEnded(run)) {
    const path = `/vx11/checks/${run_id}`;
    return <Cancel path={path} resource="checks" owner={owner} asked={t.cancelAsked} />;
  }
  if (!isRed(run) || !mayRepair) return null;
  return (
    <LinkButton to={`/repairs?start=${run_id}`} weight="primary">
      {t.repair}
    </LinkButton>
  );
}
