import type { CheckResult } from '../../../contracts/checks.ts';
import type { RepairCandidate, RepairView } from '../../../contracts/repair.ts';
import { useWords } from '../../base/words.ts';
import type { CheckRun, Plan } from '../../live/answers.ts';
import { useRead } from '../../live/queries.ts';
import { Mark } from '../../parts/mark.tsx';
import { Section } from '../../parts/page.tsx';
import { Said } from '../../parts/said.tsx';
import { Table, type Column } from '../../parts/table.tsx';
import { Cause } from '../../parts/cause.tsx';
import { CheckMark } from '../../things/check-mark.tsx';
import { words } from './words.ts';

interface Row {
  name: string;
  before: CheckResult | undefined;
  after: CheckResult | undefined;
}

/** The run of checks with which the plan judges its patch; null if it has not begun. */
function retestOf(plan: Plan | undefined): string | null {
  const step = plan?.steps.find(({ type }) => type === 'RUN_CHECKS');
  return step?.type === 'RUN_CHECKS' && step.started_at !== null ? step.params.run_id : null;
}

/** Each red check: on the stack, in a copy with the patch, and on the stack with the patch. */
export function RedToGreen({
  repair,
  candidates,
  plan,
}: {
  repair: RepairView;
  candidates: readonly RepairCandidate[];
  plan: Plan | undefined;
}) {
  const t = useWords(words);
  const { red, run_id, status } = repair;
  const retestId = retestOf(plan);
  const run = useRead<CheckRun>(
    'checks',
    `/vx11/checks/${run_id}`,
    {},
    { enabled: run_id !== null },
  );
  const retest = useRead<CheckRun>(
    'checks',
    `/vx11/checks/${retestId}`,
    {},
    { enabled: retestId !== null },
  );
  if (red.length === 0) return null;
  const find = (of: CheckRun | undefined, name: string): CheckResult | undefined =>
    of?.results.find((one) => `${one.suite}/${one.name}` === name);
  const rows = red.map((name): Row => ({
    name,
    before: find(run.data, name),
    after: retestId === null ? undefined : find(retest.data, name),
  }));
  const proved = candidates.some(({ verdict }) => verdict === 'proved');
  const tried = candidates.some(({ seconds }) => seconds !== null);
  const columns: Column<Row>[] = [
    { key: 'check', title: t.check, kind: 'main', cell: ({ name }) => <Said>{name}</Said> },
    {
      key: 'before',
      title: t.before,
      cell: ({ before }) =>
        before === undefined ? (
          <Mark shape="cross" tone="bad">
            {t.red}
          </Mark>
        ) : (
          <Result of={before} />
        ),
    },
    {
      key: 'copy',
      title: t.inCopy,
      cell: () =>
        proved ? (
          <Mark shape="check" tone="good">
            {t.greenThrice}
          </Mark>
        ) : tried ? (
          <Mark shape="cross" tone="calm">
            {t.notProved}
          </Mark>
        ) : (
          ''
        ),
    },
    {
      key: 'after',
      title: t.after,
      cell: ({ after }) =>
        after === undefined ? status === 'waiting' ? t.afterYes : '' : <Result of={after} />,
    },
  ];
  return (
    <Section title={t.redToGreen} count={red.length}>
      <Table caption={t.redToGreen} columns={columns} rows={rows} keyOf={({ name }) => name} />
    </Section>
  );
}

const Result = ({ of: { status, cause, detail } }: { of: CheckResult }) => (
  <span>
    <CheckMark status={status} /> <Cause cause={cause} detail={detail} />
  </span>
);
