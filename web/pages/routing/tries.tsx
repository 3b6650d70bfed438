import { duration } from '../../base/durations.ts';
import { useWords } from '../../base/words.ts';
import type { RoutingDecision } from '../../live/answers.ts';
import { Mark } from '../../parts/mark.tsx';
import { Section } from '../../parts/page.tsx';
import { Said } from '../../parts/said.tsx';
import { Table, type Column } from '../../parts/table.tsx';
import { words } from './words.ts';

type Try = RoutingDecision['decision']['tries'][number];

/** Where the request was sent, one after the other, and how each try ended. */
export function Tries({ of: { tries } }: { of: RoutingDecision['decision'] }) {
  const t = useWords(words);
  if (tries.length === 0) return null;
  const rows = tries.map((one, nth) => ({ ...one, nth: nth + 1 }));
  const columns: Column<Try & { nth: number }>[] = [
    {
      key: 'how',
      title: t.outcome,
      cell: ({ failure }) =>
        failure === null ? (
          <Mark shape="check" tone="good">
            {t.answered}
          </Mark>
        ) : (
          <Mark shape="cross" tone="warn">
            {failure}
          </Mark>
        ),
    },
    { key: 'target', title: t.target, kind: 'main', cell: (one) => <Said>{one.target}</Said> },
    { key: 'key', title: t.key, cell: (one) => one.key !== null && <code>{one.key}</code> },
    {
      key: 'detail',
      title: t.came,
      cell: ({ status, detail }) => (
        <span>
          {status !== null && `HTTP ${status} `}
          {detail !== null && <Said english>{detail}</Said>}
        </span>
      ),
    },
    {
      key: 'first',
      title: t.firstToken,
      kind: 'num',
      cell: (one) => (one.first_token_ms === null ? '' : duration(one.first_token_ms)),
    },
    { key: 'took', title: t.took, kind: 'num', cell: (one) => duration(one.ms) },
  ];
  return (
    <Section title={t.triesTitle} count={tries.length}>
      <Table
        caption={t.triesTitle}
        columns={columns}
        rows={rows}
        keyOf={({ nth }) => String(nth)}
      />
    </Section>
  );
}
