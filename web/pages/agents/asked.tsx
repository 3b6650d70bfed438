import { useWords } from '../../base/words.ts';
import type { PlanList } from '../../live/answers.ts';
import { useRead } from '../../live/queries.ts';
import { StateChips, useFilter } from '../../parts/filters.tsx';
import { Listed, useLength } from '../../parts/listed.tsx';
import { Section } from '../../parts/page.tsx';
import { PlanTable } from '../../things/plans/plan-table.tsx';
import { words } from './words.ts';

const states = ['WAITING', 'DONE', 'REJECTED', 'ERROR'] as const;

/** The plans that agents asked for: who, what, and what became of each. */
export function Asked() {
  const t = useWords(words);
  const [status, setStatus] = useFilter('show');
  const length = useLength();
  const query = { source: 'mcp', status: status === '' ? undefined : status, limit: length.limit };
  const plans = useRead<PlanList>('plans', '/madre/plans', query);
  return (
    <Section
      title={t.asked}
      aside={
        <StateChips
          label={t.filter}
          value={status}
          states={states}
          words={t}
          onChange={setStatus}
        />
      }
    >
      <Listed
        of={plans}
        rows={4}
        pick={(data) => data.plans}
        length={length}
        empty={status === '' ? t.nothing : t.none}
        more={t.more}
      >
        {(rows) => <PlanTable caption={t.askedCaption} plans={rows} />}
      </Listed>
    </Section>
  );
}
