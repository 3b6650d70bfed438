import { Link } from 'wouter';
import type { ProviderView } from '../../../contracts/switch.ts';
import type { RoutingKnown } from '../../../contracts/switch-known.ts';
import { duration } from '../../base/durations.ts';
import { decimal, percentOf } from '../../base/quantities.ts';
import { useWords } from '../../base/words.ts';
import { useStatus } from '../../live/queries.ts';
import { Section } from '../../parts/page.tsx';
import { Said } from '../../parts/said.tsx';
import { Table, type Column } from '../../parts/table.tsx';
import { TargetState } from './target-state.tsx';
import { targetsOf, type Target } from './target.ts';
import { words } from './words.ts';

/** Every model that can be chosen, with what was learned of it. */
export function Targets({
  providers,
  known,
}: {
  providers: readonly ProviderView[];
  known: RoutingKnown | undefined;
}) {
  const t = useWords(words);
  const { data: status } = useStatus();
  const asleep = new Set(
    status?.services.filter(({ health }) => health === 'off_by_policy').map(({ name }) => name),
  );
  const targets = targetsOf(providers, known?.targets ?? [], asleep);
  const learned = (
    key: 'success' | 'quality' | 'first_token_seconds' | 'tokens_per_second',
    title: string,
    text: (value: number) => string,
  ): Column<Target> => ({
    key,
    title,
    kind: 'num',
    cell: ({ known: of }) => {
      const value = of?.[key] ?? null;
      return value === null ? '–' : text(value);
    },
    sort: (one, other) => (one.known?.[key] ?? -1) - (other.known?.[key] ?? -1),
  });
  const columns: Column<Target>[] = [
    {
      key: 'target',
      title: t.target,
      kind: 'main',
      cell: ({ model: { id } }) => (
        <Link to={`/routing?target=${encodeURIComponent(id)}`}>
          <Said>{id}</Said>
        </Link>
      ),
      sort: (one, other) => one.model.id.localeCompare(other.model.id),
    },
    { key: 'state', title: t.state, cell: (one) => <TargetState of={one} /> },
    learned('success', t.success, percentOf),
    learned('quality', t.quality, (value) => value.toFixed(2)),
    learned('first_token_seconds', t.firstToken, (value) => duration(value * 1000)),
    learned('tokens_per_second', t.speed, decimal),
    {
      key: 'price',
      title: t.price,
      kind: 'num',
      cell: ({ model: { price } }) =>
        price === null
          ? t.priceUnknown
          : price.in === 0 && price.out === 0
            ? t.free
            : `${price.in} / ${price.out}`,
      sort: (one, other) => (one.model.price?.out ?? 1e9) - (other.model.price?.out ?? 1e9),
    },
    {
      key: 'context',
      title: t.context,
      kind: 'num',
      cell: ({ model: { context } }) =>
        context === null ? '–' : `${Math.round(context / 1000)} k`,
      sort: (one, other) => (one.model.context ?? 0) - (other.model.context ?? 0),
    },
    {
      key: 'known',
      title: t.outcomes,
      kind: 'num',
      cell: ({ known: of }) => decimal(of?.outcomes ?? 0),
      sort: (one, other) => (one.known?.outcomes ?? 0) - (other.known?.outcomes ?? 0),
    },
  ];
  return (
    <Section title={t.targets} count={targets.length}>
      <Table
        caption={t.targetsCaption}
        columns={columns}
        rows={targets}
        keyOf={({ model }) => model.id}
      />
    </Section>
  );
}
