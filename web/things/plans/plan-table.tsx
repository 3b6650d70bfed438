import { Link } from 'wouter';
import { useWords } from '../../base/words.ts';
import type { Plan } from '../../live/answers.ts';
import { LinkButton } from '../../parts/button.tsx';
import { Quoted, Said } from '../../parts/said.tsx';
import { Table, type Column } from '../../parts/table.tsx';
import { PlanMark, Risk } from './plan-mark.tsx';
import { planWords } from './plan-words.ts';
import { whenColumn } from '../run-columns.tsx';
import { useDeedName } from './use-deed-name.ts';

const waitingFirst = (one: Plan, other: Plan): number =>
  Number(other.status === 'WAITING') - Number(one.status === 'WAITING');

/** Plans, those that wait first. */
export function PlanTable({ caption, plans }: { caption: string; plans: readonly Plan[] }) {
  const t = useWords(planWords);
  const deed = useDeedName();
  const columns: Column<Plan>[] = [
    { key: 'status', title: t.status, cell: (one) => <PlanMark status={one.status} /> },
    { key: 'risk', title: t.risk, cell: (one) => <Risk level={one.risk} /> },
    {
      key: 'what',
      title: t.what,
      kind: 'main',
      cell: (one) => (
        <Link to={`/plans/${one.plan_id}`}>
          <Said>{deed(one)}</Said>
        </Link>
      ),
    },
    {
      key: 'why',
      title: t.why,
      cell: (one) =>
        one.error !== null ? (
          <Said english>{one.error.detail}</Said>
        ) : one.reason === null ? (
          ''
        ) : (
          <Quoted>{one.reason}</Quoted>
        ),
    },
    {
      key: 'who',
      title: t.who,
      cell: (one) => <Said>{one.actor}</Said>,
      sort: (one, other) => one.actor.localeCompare(other.actor),
    },
    whenColumn(t.when),
    {
      key: 'acts',
      title: t.acts,
      kind: 'acts',
      cell: (one) =>
        one.status === 'WAITING' && (
          <LinkButton to={`/plans/${one.plan_id}?review`} weight="primary" about={deed(one)}>
            {t.review}
          </LinkButton>
        ),
    },
  ];
  return (
    <Table
      caption={caption}
      columns={columns}
      rows={plans.toSorted(waitingFirst)}
      keyOf={(one) => one.plan_id}
    />
  );
}
