import type { ExcludedTarget } from '../../../contracts/routing-decision.ts';
import { duration } from '../../base/durations.ts';
import { useWords } from '../../base/words.ts';
import { Section } from '../../parts/page.tsx';
import { Said } from '../../parts/said.tsx';
import { Table, type Column } from '../../parts/table.tsx';
import { Time } from '../../parts/time.tsx';
import { words } from './words.ts';

/** The targets that could not take the request, with every reason. */
export function Excluded({ targets }: { targets: readonly ExcludedTarget[] }) {
  const t = useWords(words);
  if (targets.length === 0) return null;
  const columns: Column<ExcludedTarget>[] = [
    { key: 'target', title: t.target, kind: 'main', cell: (one) => <Said>{one.id}</Said> },
    { key: 'why', title: t.whyNot, cell: (one) => <code>{one.reasons.join(', ')}</code> },
    {
      key: 'until',
      title: t.backAt,
      cell: (one) => (one.until_ms === null ? '' : <Time at={one.until_ms} />),
    },
    {
      key: 'wake',
      title: t.wake,
      kind: 'num',
      cell: (one) => (one.wake_seconds === null ? '' : duration(one.wake_seconds * 1000)),
    },
  ];
  return (
    <Section title={t.excluded} count={targets.length}>
      <Table caption={t.excluded} columns={columns} rows={targets} keyOf={(one) => one.id} />
    </Section>
  );
}
