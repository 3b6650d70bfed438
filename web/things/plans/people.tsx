import { agentSays } from '../../../client/agent-says.ts';
import { useWords } from '../../base/words.ts';
import type { Plan } from '../../live/answers.ts';
import { Quoted, Said } from '../../parts/said.tsx';
import { planWords } from './plan-words.ts';

/** Who asked for a plan, and by what way; of an agent's also the program and the tool that it used. */
export function AskedBy({ plan: { actor, source, via } }: { plan: Plan }) {
  const t = useWords(planWords);
  const by = [
    actor,
    t.sources(source),
    ...(via === undefined
      ? []
      : [...(via.client === null ? [] : [t.through(via.client)]), t.tool(via.tool)]),
  ];
  return <Said>{by.join(' · ')}</Said>;
}

/** What an agent says about its own plan, marked as its words; nothing for plans of others. It belongs after the steps. */
export function AgentSays({ plan }: { plan: Plan }) {
  const t = useWords(planWords);
  const said = agentSays(plan);
  return said === null ? null : (
    <p>
      {t.agentSays} <Quoted>{said}</Quoted>
    </p>
  );
}

/** How many of how many people agreed, and who; a yes that came through an agent's program says so. */
export function Agreed({
  confirmation: { approvals, quorum },
}: {
  confirmation: NonNullable<Plan['confirmation']>;
}) {
  const t = useWords(planWords);
  return (
    <>
      {t.agreedOf(approvals.length, quorum)}
      {approvals.map(({ by, via }) => (
        <span key={by}>
          {' · '}
          <Said>{by}</Said>
          {via !== undefined && ` ${t.inForm}`}
        </span>
      ))}
    </>
  );
}
