import { useSearchParams } from 'wouter';
import { useCloseLayer } from '../../base/layer.ts';
import { useWords } from '../../base/words.ts';
import type { Plan } from '../../live/answers.ts';
import { useRead } from '../../live/queries.ts';
import { Cause } from '../../parts/cause.tsx';
import { Note, Section } from '../../parts/page.tsx';
import { Said } from '../../parts/said.tsx';
import { ThingPage } from '../../parts/thing-page.tsx';
import { useDeedName } from '../../things/plans/use-deed-name.ts';
import { AgentSays } from '../../things/plans/people.tsx';
import { Steps } from '../../things/plans/plan-steps.tsx';
import { planWords } from '../../things/plans/plan-words.ts';
import { ReviewDialog } from '../../things/plans/review-dialog.tsx';
import { Acts } from './plan-acts.tsx';
import { About } from './plan-about.tsx';

/** One plan: its exact steps and how they go; `?review` opens the dialog that decides. */
export function PlanPage({ id }: { id: string }) {
  const t = useWords(planWords);
  const deed = useDeedName();
  const plan = useRead<Plan>('plans', `/madre/plans/${id}`);
  const [search, setSearch] = useSearchParams();
  const close = useCloseLayer(`/plans/${id}`);
  return (
    <ThingPage
      id={id}
      of={plan}
      title={deed}
      aside={(one) => <Acts plan={one} onReview={() => setSearch({ review: '' })} />}
      absent={t.notHere}
      back={['/plans', t.back]}
    >
      {(one) => (
        <>
          <About plan={one} />
          {one.error !== null && (
            <Note tone="bad">
              <Cause cause={one.error.code} detail={one.error.detail} />
            </Note>
          )}
          {one.warnings.map((warning) => (
            <Note key={warning} tone="warn">
              <Said english>{warning}</Said>
            </Note>
          ))}
          <Section title={t.steps} count={one.steps.length}>
            <Steps steps={one.steps} live={one.status !== 'WAITING'} />
            <AgentSays plan={one} />
          </Section>
          {search.has('review') && <ReviewDialog plan={one} onClose={close} />}
        </>
      )}
    </ThingPage>
  );
}
