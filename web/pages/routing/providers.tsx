import type { ProviderView } from '../../../contracts/switch.ts';
import { useWords } from '../../base/words.ts';
import { Mark } from '../../parts/mark.tsx';
import { Section } from '../../parts/page.tsx';
import { Names, Said } from '../../parts/said.tsx';
import { Table, type Column } from '../../parts/table.tsx';
import { Block } from './block.tsx';
import { Reset } from './reset.tsx';
import styles from './routing.module.css';
import { words } from './words.ts';

const blocked = ({ keys, models }: ProviderView): boolean =>
  [...keys, ...models].some(({ block }) => block !== null);

/** The providers: who may use them, their keys by name, what is left alone and until when. */
export function Providers({ providers }: { providers: readonly ProviderView[] }) {
  const t = useWords(words);
  const columns: Column<ProviderView>[] = [
    {
      key: 'provider',
      title: t.provider,
      kind: 'main',
      cell: ({ id, allow }) => (
        <>
          <Said>{id}</Said>
          {allow != null && (
            <>
              {', '}
              {t.onlyFor} <Names>{allow}</Names>
            </>
          )}
        </>
      ),
      sort: (one, other) => one.id.localeCompare(other.id),
    },
    { key: 'state', title: t.state, cell: (one) => <State of={one} /> },
    { key: 'keys', title: t.keys, cell: (one) => <Keys of={one} /> },
    {
      key: 'models',
      title: t.models,
      kind: 'num',
      cell: (one) => one.models.length,
      sort: (one, other) => one.models.length - other.models.length,
    },
    {
      key: 'list',
      title: t.list,
      cell: (one) => t[`list_${one.list}`],
    },
    {
      key: 'address',
      title: t.address,
      cell: ({ base_url, service }) => (
        <Said>{service === null ? base_url : `${base_url} (${service})`}</Said>
      ),
    },
    {
      key: 'acts',
      title: t.acts,
      kind: 'acts',
      cell: (one) => blocked(one) && <Reset provider={one.id} />,
    },
  ];
  return (
    <Section title={t.providers} count={providers.length}>
      <Table caption={t.providers} columns={columns} rows={providers} keyOf={(one) => one.id} />
    </Section>
  );
}

function State({ of }: { of: ProviderView }) {
  const t = useWords(words);
  const out = of.models.filter(({ block }) => block !== null).length;
  if (of.keys.length > 0 && of.keys.every(({ set }) => !set))
    return (
      <Mark shape="dashed" tone="calm">
        {t.noKey}
      </Mark>
    );
  return blocked(of) ? (
    <Mark shape="clock" tone="warn">
      {out === 0 ? t.keyOut : t.modelsOut(out, of.models.length)}
    </Mark>
  ) : (
    <Mark shape="full" tone="good">
      {t.ready}
    </Mark>
  );
}

function Keys({ of: { keys } }: { of: ProviderView }) {
  const t = useWords(words);
  if (keys.length === 0) return t.needsNone;
  return (
    <ul className={styles['keys']}>
      {keys.map(({ env, set, block }) => (
        <li key={env}>
          <code>{env}</code> {set ? t.isSet : t.isMissing} {block !== null && <Block of={block} />}
        </li>
      ))}
    </ul>
  );
}
