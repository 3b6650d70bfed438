import { useWords } from '../../base/words.ts';
import type { Plan } from '../../live/answers.ts';
import { Facts } from '../../parts/page.tsx';
import { Id, Quoted, Said } from '../../parts/said.tsx';
import { Time } from '../../parts/time.tsx';
import { Agreed, AskedBy } from '../../things/plans/people.tsx';
import { PlanMark, Risk } from '../../things/plans/plan-mark.tsx';
import { planWords } from '../../things/plans/plan-words.ts';

/** Where a plan comes from, what it risks, and how it ended. */
export function About({ plan }: { plan: Plan }) {
  const t = useWords(planWords);
  const { status, risk, risk_because, reason, confirmation, finished_at, ended_by } = plan;
  return (
    <Facts
      of={[
        [t.status, <PlanMark key="status" status={status} />],
        [
          t.risk,
          <span key="risk">
            <Risk level={risk} /> <Said english>{risk_because}</Said>
          </span>,
        ],
        [t.who, <AskedBy key="who" plan={plan} />],
        [t.when, <Time key="when" at={plan.created_at} />],
        // what an agent says comes after the steps
        reason === null || plan.source === 'mcp'
          ? null
          : [t.why, <Quoted key="why">{reason}</Quoted>],
        confirmation === null
          ? null
          : [t.agreed, <Agreed key="agreed" confirmation={confirmation} />],
        finished_at === null ? null : [t.finished, <Time key="end" at={finished_at} />],
        ended_by === null ? null : [t.endedBy, <Said key="by">{ended_by}</Said>],
        [t.hash, <Id key="hash">{plan.plan_hash}</Id>],
        ['Id', <Id key="id">{plan.plan_id}</Id>],
      ]}
    />
  );
}
