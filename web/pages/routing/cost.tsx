import type { RoutingKnown, RoutingSpend } from '../../../contracts/switch-known.ts';
import type { ProviderView } from '../../../contracts/switch.ts';
import { usd } from '../../base/quantities.ts';
import { useWords } from '../../base/words.ts';
import { Meter } from '../../parts/meter.tsx';
import { Empty } from '../../parts/page.tsx';
import { Said } from '../../parts/said.tsx';
import { Table, type Column } from '../../parts/table.tsx';
import styles from './routing.module.css';
import { words } from './words.ts';

/** What the requests of today cost, in all and by provider and owner, and what is left of the budget. */
export function Cost({
  of: { spend, limits, day },
  providers,
}: {
  of: RoutingKnown;
  providers: readonly ProviderView[];
}) {
  const t = useWords(words);
  const all = spend.find(({ kind }) => kind === 'all');
  const limit = limits?.all ?? null;
  const spent = all?.spent_usd ?? 0;
  const rows = spend.filter(({ kind }) => kind !== 'all');
  const limitOf = ({ kind, name }: RoutingSpend): number | null | undefined =>
    kind === 'owner' ? limits?.owner : providers.find(({ id }) => id === name)?.usd_per_day;
  const columns: Column<RoutingSpend>[] = [
    { key: 'kind', title: t.account, cell: (one) => t[`account_${one.kind}`] },
    { key: 'name', title: t.name, kind: 'main', cell: (one) => <Said>{one.name}</Said> },
    { key: 'spent', title: t.spent, kind: 'num', cell: (one) => usd(one.spent_usd) },
    {
      key: 'left',
      title: t.left,
      kind: 'num',
      cell: (one) => {
        const most = limitOf(one);
        return most == null ? '–' : usd(Math.max(0, most - one.spent_usd - one.reserved_usd));
      },
    },
    { key: 'requests', title: t.requests, kind: 'num', cell: (one) => one.requests },
    {
      key: 'tokens',
      title: t.tokens,
      kind: 'num',
      cell: (one) => one.tokens.toLocaleString('en'),
    },
  ];
  return (
    <>
      <div className={styles['meters']}>
        <Meter
          name={t.today(day)}
          reserved={spent + (all?.reserved_usd ?? 0)}
          limit={limit}
          text={limit === null ? t.noLimit(usd(spent)) : t.ofLimit(usd(spent), usd(limit))}
        />
      </div>
      {rows.length === 0 ? (
        <Empty>{t.noCost}</Empty>
      ) : (
        <Table
          caption={t.costCaption}
          columns={columns}
          rows={rows}
          keyOf={({ kind, name }) => `${kind} ${name}`}
        />
      )}
    </>
  );
}
