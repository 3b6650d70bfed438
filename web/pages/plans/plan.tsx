import { useCallback } from 'react';
import { useSearchParams } from 'wouter';
import { useCloseLayer } from '../../base/layer.ts';
import { useWords } from '../../base/words.ts';
import { useAct } from '../../live/act.ts';
import type { Plan } from '../../live/answers.ts';
import { change } from '../../live/call.ts';
import { markChanged, useRead } from '../../live/queries.ts';
import { useMay } from '../../live/session.ts';
import { ActFailure } from '../../parts/act-failure.tsx';
import { tell } from '../../parts/announce.tsx';
import { Button } from '../../parts/button.tsx';
import { Cause } from '../../parts/cause.tsx';
import { Facts, Note, Section } from '../../parts/page.tsx';
import { Id, Quoted, Said } from '../../parts/said.tsx';
import { ThingPage } from '../../parts/thing-page.tsx';
import { Time } from '../../parts/time.tsx';
import { Agreed, AskedBy } from '../../things/plans/people.tsx';
import { useDeedName } from '../../things/plans/use-deed-name.ts';
import { PlanMark, Risk } from '../../things/plans/plan-mark.tsx';
import { Steps } from '../../things/plans/plan-steps.tsx';
import { planWords } from '../../things/plans/plan-words.ts';
import { ReviewDialog } from '../../things/plans/review-dialog.tsx';

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
          </Section>
          {search.has('review') && <ReviewDialog plan={one} onClose={close} />}
        </>
      )}
    </ThingPage>
  );
}

function About({ plan }: { plan: Plan }) {
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
        reason === null ? null : [t.why, <Quoted key="why">{reason}</Quoted>],
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

function Acts({ plan, onReview }: { plan: Plan; onReview: () => void }) {
  const t = useWords(planWords);
  const mayDecide = useMay('operator');
  const { plan_id, status } = plan;
  const cancel = useAct(
    useCallback(async () => {
      await change('POST', `/madre/plans/${plan_id}/cancel`, { body: {}, withinMs: 180_000 });
      tell(t.cancelled);
      markChanged(['plans']);
    }, [plan_id, t]),
  );
  const live = status === 'WAITING' || status === 'RUNNING' || status === 'PENDING';
  return (
    <>
      {live && mayDecide && (
        <Button busy={cancel.busy && t.cancelling} onPress={() => void cancel.run()}>
          {t.cancel}
        </Button>
      )}
      {status === 'WAITING' && (
        <Button weight="primary" onPress={onReview}>
          {t.review}
        </Button>
      )}
      <ActFailure state={cancel.state} />
    </>
  );
}
