import type { CheckRunView } from '../../../contracts/checks.ts';
import { duration } from '../../base/format.ts';
import { useWords } from '../../base/words.ts';
import type { CheckRun } from '../../live/answers.ts';
import { useRead } from '../../live/queries.ts';
import { useMay } from '../../live/session.ts';
import { LinkButton } from '../../parts/button.tsx';
import { Cause } from '../../parts/cause.tsx';
import { Facts, Note } from '../../parts/page.tsx';
import { Id, Quoted, Said } from '../../parts/said.tsx';
import { ThingPage } from '../../parts/thing-page.tsx';
import { Time } from '../../parts/time.tsx';
import { Cancel } from '../../things/cancel.tsx';
import { CheckMark, checkLooks } from '../../things/check-mark.tsx';
import { hasEnded, tookMs } from '../../things/run-time.ts';
import { isRed } from '../../things/red-run.ts';
import { percent } from './figures.ts';
import { Report } from './report.tsx';
import { Results } from './results.tsx';
import { RunRepairs } from './run-repairs.tsx';
import { RunWindow } from './run-window.tsx';
import { words } from './words.ts';

/** The log has an event for the start and the end of a run, and none for each check. */
const whileRunningMs = 1000;

/** One run: its verdict, each check with what was seen, its window with its receipt, and its report. */
export function RunPage({ id }: { id: string }) {
  const t = useWords(words);
  const run = useRead<CheckRun>(
    'checks',
    `/vx11/checks/${id}`,
    {},
    { everyMs: (data) => (data === undefined || hasEnded(data.run) ? null : whileRunningMs) },
  );
  return (
    <ThingPage
      id={id}
      of={run}
      title={({ run: { suite } }) => (suite === 'all' ? t.everything : suite)}
      aside={({ run: one }) => <Acts run={one} />}
      rows={8}
      absent={t.notHere}
      back={['/checks', t.back]}
    >
      {(one) => (
        <>
          <About run={one.run} />
          <Results results={one.results} live={!hasEnded(one.run)} />
          {isRed(one.run) && <RunRepairs run={one.run} />}
          <RunWindow run={one.run} />
          {hasEnded(one.run) && <Report id={one.run.run_id} />}
        </>
      )}
    </ThingPage>
  );
}

/** Cancels a run, or starts the repair of what it found red. */
function Acts({ run }: { run: CheckRunView }) {
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

function About({ run }: { run: CheckRunView }) {
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
