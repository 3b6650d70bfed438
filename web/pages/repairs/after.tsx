import type { RepairView } from '../../../contracts/repair.ts';
import { useWords } from '../../base/words.ts';
import type { Plan } from '../../live/answers.ts';
import { LinkButton } from '../../parts/button.tsx';
import { Cause } from '../../parts/cause.tsx';
import { Facts, Note, Section } from '../../parts/page.tsx';
import { Said } from '../../parts/said.tsx';
import { Time } from '../../parts/time.tsx';
import { PlanMark } from '../../things/plans/plan-mark.tsx';
import { Agreed } from '../../things/plans/people.tsx';
import { planWords } from '../../things/plans/plan-words.ts';
import { Steps } from '../../things/plans/plan-steps.tsx';
import { PatchTable } from '../../things/patches/patch-table.tsx';
import { usePatches } from '../../things/patches/patches.tsx';
import { words } from './words.ts';

const mostPatches = 200;

/** The plan of the patch: who agreed, how its steps went; and what became of the patch since. */
export function After({ repair, plan }: { repair: RepairView; plan: Plan | undefined }) {
  const t = useWords(words);
  const p = useWords(planWords);
  const patches = usePatches(mostPatches);
  const all = patches.data?.patches ?? [];
  const own = all.filter(({ repair_id }) => repair_id === repair.repair_id);
  return (
    <>
      {plan !== undefined && (
        <Section
          title={t.plan}
          aside={
            <LinkButton to={`/plans/${plan.plan_id}`} weight="quiet">
              {t.showPlan}
            </LinkButton>
          }
        >
          <Facts
            of={[
              [p.status, <PlanMark key="status" status={plan.status} />],
              plan.confirmation === null
                ? [p.agreed, t.byPolicy]
                : [p.agreed, <Agreed key="agreed" confirmation={plan.confirmation} />],
              plan.ended_by === null ? null : [p.endedBy, <Said key="by">{plan.ended_by}</Said>],
              plan.finished_at === null
                ? null
                : [p.finished, <Time key="end" at={plan.finished_at} />],
            ]}
          />
          {plan.error !== null && (
            <Note tone={plan.status === 'REJECTED' ? 'calm' : 'bad'}>
              <Cause cause={plan.error.code} detail={plan.error.detail} />
            </Note>
          )}
          {plan.status !== 'WAITING' && <Steps steps={plan.steps} live diffs={false} />}
        </Section>
      )}
      {own.length > 0 && (
        <Section title={t.patches} count={own.length}>
          <PatchTable patches={own} all={all} />
        </Section>
      )}
    </>
  );
}
