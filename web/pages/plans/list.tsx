import { useWords } from '../../base/words.ts';
import type { PlanList as Answered } from '../../live/answers.ts';
import { useRead } from '../../live/queries.ts';
import { Filters, StateChips, useFilter } from '../../parts/filters.tsx';
import { Listed, useLength } from '../../parts/listed.tsx';
import { Page } from '../../parts/page.tsx';
import { PlanTable } from '../../things/plans/plan-table.tsx';
import { planWords } from '../../things/plans/plan-words.ts';

const states = ['WAITING', 'RUNNING', 'DONE', 'ERROR'] as const;
export function PlanList() {
  const t = useWords(planWords);
  const [status, setStatus] = useFilter('show');
  const length = useLength();
  const query = { status: status === '' ? undefined : status, limit: length.limit };
  const plans = useRead<Answered>('plans', '/madre/plans', query);
  return (
    <Page title={t.title}>
      <Filters>
        <StateChips
          label={t.filter}
          value={status}
          states={states}
          words={t}
          onChange={setStatus}
        />
      </Filters>
      <Listed
        of={plans}
        rows={8}
        pick={(data) => data.plans}
        length={length}
        empty={status === '' ? t.nothing : t.none}
        more={t.more}
      >
        {(rows) => <PlanTable caption={t.caption} plans={rows} />}
      </Listed>
    </Page>
  );
}
