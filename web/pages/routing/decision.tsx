import { percentOf, usd } from '../../base/quantities.ts';
import { useWords } from '../../base/words.ts';
import type { RoutingDecision } from '../../live/answers.ts';
import { useRead } from '../../live/queries.ts';
import { Facts, Section } from '../../parts/page.tsx';
import { Id, Said } from '../../parts/said.tsx';
import { ThingPage } from '../../parts/thing-page.tsx';
import { Time } from '../../parts/time.tsx';
import { Excluded } from './excluded.tsx';
import { Feedback } from './feedback.tsx';
import { OutcomeMark } from './outcome-mark.tsx';
import { Ranking } from './ranking.tsx';
import { Replay } from './replay.tsx';
import styles from './routing.module.css';
import { Tries } from './tries.tsx';
import { words } from './words.ts';

const whileRunningMs = 1000;

/** Why one request went where it did, in words and numbers, and what became of it. */
export function DecisionPage({ id }: { id: string }) {
  const t = useWords(words);
  const decision = useRead<RoutingDecision>(
    'routing',
    `/switch/decisions/${id}`,
    {},
    { everyMs: (data) => (data?.decision.outcome === null ? whileRunningMs : null) },
  );
  return (
    <ThingPage
      id={id}
      of={decision}
      title={({ explanation }) => explanation.chosen ?? t.noTarget}
      aside={() => <Replay id={id} />}
      absent={t.notHere}
      back={['/routing', t.back]}
    >
      {({ decision: one, explanation }) => (
        <>
          <p className={styles['why']}>
            <Said english>{explanation.why}</Said>
          </p>
          <About of={{ decision: one, explanation }} />
          <Feedback id={id} owner={one.owner} />
          <Section title={t.ranking} count={explanation.targets.length}>
            <Ranking targets={explanation.targets} />
          </Section>
          <Excluded targets={explanation.excluded} />
          <Tries of={one} />
        </>
      )}
    </ThingPage>
  );
}

function About({
  of: {
    decision: { owner, at_ms, outcome, dropped, decision_id },
    explanation,
  },
}: {
  of: Pick<RoutingDecision, 'decision' | 'explanation'>;
}) {
  const t = useWords(words);
  return (
    <Facts
      of={[
        [t.outcome, <OutcomeMark key="ok" ok={outcome?.ok ?? null} code={outcome?.code ?? null} />],
        [t.when, <Time key="when" at={at_ms} />],
        [t.owner, <Said key="owner">{owner}</Said>],
        [
          t.chance,
          explanation.explored
            ? t.explored
            : explanation.probability === null
              ? '–'
              : t.ofSeeds(percentOf(explanation.probability)),
        ],
        outcome?.target == null ? null : [t.answeredBy, <Said key="by">{outcome.target}</Said>],
        outcome?.tokens_in == null
          ? null
          : [t.tokens, t.tokensInOut(outcome.tokens_in, outcome.tokens_out ?? 0)],
        outcome?.cost_usd == null ? null : [t.costs, usd(outcome.cost_usd)],
        dropped.length === 0 ? null : [t.dropped, <Said key="dropped">{dropped.join(', ')}</Said>],
        [t.id, <Id key="id">{decision_id}</Id>],
      ]}
    />
  );
}
