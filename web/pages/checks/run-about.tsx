import type { CheckRunView } from '../../../contracts/checks.ts';
import { duration } from '../../base/durations.ts';
import { useWords } from '../../base/words.ts';
import { Cause } from '../../parts/cause.tsx';
import { Facts, Note } from '../../parts/page.tsx';
import { Id, Quoted, Said } from '../../parts/said.tsx';
import { Time } from '../../parts/time.tsx';
import { CheckMark, checkLooks } from '../../things/check-mark.tsx';
import { tookMs } from '../../things/run-time.ts';
import { percent } from './figures.ts';
import { words } from './words.ts';

/** What a run checked, who asked for it, and how it ended. */
export function About({ run }: { run: CheckRunView }) {
  const t = useWords(words);
  const { cause, detail, residue, reason, cancelled_by, exit_code, services } = run;
  const took = tookMs(run);
  const tone = checkLooks[run.status][1];
  return (
    <>
      {cause !== null && (
        <Note tone={tone === 'bad' || tone === 'warn' ? tone : 'calm'}>
          <Cause cause={cause} detail={detail} />
        </Note>
      )}
      {residue !== null && residue.length > 0 && (
        <Note tone="bad">
          <Said>{t.residue(residue.join(', '))}</Said>
        </Note>
      )}
      <Facts
        of={[
          [t.status, <CheckMark key="status" status={run.status} />],
          run.score === null ? null : [t.score, percent(run.score)],
          run.flake_rate === null
            ? null
            : [t.flakeRate, `${percent(run.flake_rate)} ${t.flakeHint}`],
          [t.owner, <Said key="owner">{run.owner}</Said>],
          [t.trigger, t[run.trigger]],
          reason === null ? null : [t.reason, <Quoted key="reason">{reason}</Quoted>],
          cancelled_by === null ? null : [t.cancelledBy, <Said key="by">{cancelled_by}</Said>],
          [t.when, <Time key="when" at={run.created_at} />],
          took === null ? null : [t.took, duration(took)],
          services.length === 0
            ? null
            : [t.services, <Said key="services">{services.join(', ')}</Said>],
          [t.host, <Said key="host">{run.host}</Said>],
          exit_code === null ? null : [t.exit, exit_code],
          ['Id', <Id key="id">{run.run_id}</Id>],
        ]}
      />
    </>
  );
}
