import { Link, useSearchParams } from 'wouter';
import type { RepairView } from '../../../contracts/repair.ts';
import { duration } from '../../base/durations.ts';
import { useCloseLayer } from '../../base/layer.ts';
import { useWords } from '../../base/words.ts';
import type { Plan, Repair } from '../../live/answers.ts';
import { useRead, useStatus } from '../../live/queries.ts';
import { Facts, Note } from '../../parts/page.tsx';
import { Id, Quoted, Said } from '../../parts/said.tsx';
import { ThingPage } from '../../parts/thing-page.tsx';
import { Time } from '../../parts/time.tsx';
import { Cancel } from '../../things/cancel.tsx';
import { ReviewDialog } from '../../things/plans/review-dialog.tsx';
import { RepairMark } from '../../things/repair-mark.tsx';
import { hasEnded, tookMs } from '../../things/run-time.ts';
import { After } from './after.tsx';
import { Candidates } from './candidates.tsx';
import { End } from './end.tsx';
import { Findings } from './findings.tsx';
import { RedToGreen } from './red-to-green.tsx';
import { whileRunningMs } from './stages.ts';
import { Way } from './way.tsx';
import { words } from './words.ts';

/** One repair: what was red and why, what was tried and what that showed, the plan that waits, and what came after. */
export function RepairPage({ id }: { id: string }) {
  const t = useWords(words);
  const { data: status } = useStatus();
  const repair = useRead<Repair>(
    'repairs',
    `/vx11/repairs/${id}`,
    {},
    { everyMs: (data) => (data === undefined || hasEnded(data.repair) ? null : whileRunningMs) },
  );
  const planId = repair.data?.repair.plan_id ?? null;
  const plan = useRead<Plan>('plans', `/madre/plans/${planId}`, {}, { enabled: planId !== null });
  const [search] = useSearchParams();
  const close = useCloseLayer(`/repairs/${id}`);
  return (
    <ThingPage
      id={id}
      of={repair}
      title={({ repair: { suite } }) => t.repairOf(suite === 'all' ? t.everything : suite)}
      aside={({ repair: { repair_id, owner, finished_at } }) =>
        finished_at === null && (
          <Cancel
            path={`/vx11/repairs/${repair_id}`}
            resource="repairs"
            owner={owner}
            asked={t.cancelAsked}
          />
        )
      }
      rows={8}
      absent={t.notHere}
      back={['/repairs', t.back]}
    >
      {({ repair: one, candidates }) => (
        <>
          {status?.madre_available === false && !hasEnded(one) && (
            <Note tone="warn">{t.madreAway}</Note>
          )}
          {hasEnded(one) ? <End repair={one} /> : <Way repair={one} plan={plan.data} />}
          <About repair={one} />
          <RedToGreen repair={one} candidates={candidates} plan={plan.data} />
          <Findings repair={one} />
          <Candidates repair={one} candidates={candidates} />
          <After repair={one} plan={plan.data} />
          {search.has('review') && plan.data !== undefined && (
            <ReviewDialog plan={plan.data} onClose={close} />
          )}
        </>
      )}
    </ThingPage>
  );
}

function About({ repair }: { repair: RepairView }) {
  const t = useWords(words);
  const { reason, cancelled_by, run_id, cycle, usd, dry_run, folder } = repair;
  const took = tookMs(repair);
  return (
    <Facts
      of={[
        [t.status, <RepairMark key="status" status={repair.status} />],
        [
          t.owner,
          <Said key="owner">
            {repair.trigger === 'api' ? repair.owner : `${repair.owner}, ${t.loop}`}
          </Said>,
        ],
        reason === null ? null : [t.reason, <Quoted key="reason">{reason}</Quoted>],
        run_id === null
          ? null
          : [
              t.run,
              <Link key="run" to={`/checks/${run_id}`}>
                {t.showRun}
              </Link>,
            ],
        [t.when, <Time key="when" at={repair.created_at} />],
        took === null ? null : [t.took, duration(took)],
        cycle < 2 ? null : [t.cycle, t.cycleOf(cycle, repair.cycles)],
        usd === 0 ? null : [t.cost, `${usd.toFixed(2)} USD`],
        dry_run ? [t.onceProved, t.onlyShow] : null,
        cancelled_by === null ? null : [t.cancelledBy, <Said key="by">{cancelled_by}</Said>],
        [t.host, <Said key="host">{repair.host}</Said>],
        folder === null ? null : [t.folder, <Said key="folder">{folder}</Said>],
        ['Id', <Id key="id">{repair.repair_id}</Id>],
      ]}
    />
  );
}
