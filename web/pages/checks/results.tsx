import type { CheckAttempt, CheckResult } from '../../../contracts/checks.ts';
import { duration } from '../../base/durations.ts';
import { useWords } from '../../base/words.ts';
import { Cause } from '../../parts/cause.tsx';
import { Mark } from '../../parts/mark.tsx';
import { Section } from '../../parts/page.tsx';
import { Said } from '../../parts/said.tsx';
import { Table, type Column } from '../../parts/table.tsx';
import { Time } from '../../parts/time.tsx';
import { CheckMark } from '../../things/check-mark.tsx';
import styles from './checks.module.css';
import { words } from './words.ts';

/** The checks of a run in their order, each with its tries and what was seen. */
export function Results({ results, live }: { results: readonly CheckResult[]; live: boolean }) {
  const t = useWords(words);
  const several = new Set(results.map(({ suite }) => suite)).size > 1;
  const nameOf = ({ suite, name }: CheckResult): string => (several ? `${suite}/${name}` : name);
  const isToCome = ({ status }: CheckResult): boolean => live && status === 'not_run';
  const done = results.filter((one) => !isToCome(one)).length;
  const columns: Column<CheckResult>[] = [
    {
      key: 'status',
      title: t.status,
      cell: (one) =>
        isToCome(one) ? (
          <Mark shape="dots" tone="calm">
            {t.toCome}
          </Mark>
        ) : (
          <CheckMark status={one.status} />
        ),
    },
    { key: 'check', title: t.check, kind: 'main', cell: (one) => <Said>{nameOf(one)}</Said> },
    { key: 'kind', title: t.kind, cell: (one) => one.kind },
    {
      key: 'service',
      title: t.service,
      cell: (one) => (one.service === null ? '' : <Said>{one.service}</Said>),
    },
    {
      key: 'why',
      title: t.why,
      cell: (one) => !isToCome(one) && <Why of={one} insecure={one.insecure} />,
    },
    {
      key: 'tries',
      title: t.tries,
      cell: (one) => one.attempts.length > 0 && <Tries of={one.attempts} />,
    },
    {
      key: 'ms',
      title: t.ms,
      kind: 'num',
      cell: (one) => (one.ms === null ? '' : took(one.ms)),
      sort: (one, other) => (one.ms ?? -1) - (other.ms ?? -1),
    },
  ];
  return (
    <Section
      title={t.results}
      count={results.length}
      aside={live && results.length > 0 && t.progress(done, results.length)}
    >
      {results.length === 0 ? (
        <p>{t.noResults}</p>
      ) : (
        <Table
          caption={t.results}
          columns={columns}
          rows={results}
          keyOf={({ suite, name }) => `${suite}/${name}`}
        />
      )}
    </Section>
  );
}

/** Most checks take a few ms. */
const took = (ms: number): string => (ms < 1000 ? `${Math.round(ms)} ms` : duration(ms));

function Why({
  of: { cause, detail },
  insecure = false,
}: {
  of: Pick<CheckAttempt, 'cause' | 'detail'>;
  insecure?: boolean;
}) {
  const t = useWords(words);
  return (
    <span>
      <Cause cause={cause} detail={detail} />
      {insecure && <span className={styles['hint']}> {t.insecure}</span>}
    </span>
  );
}

function Tries({ of }: { of: readonly CheckAttempt[] }) {
  const t = useWords(words);
  return (
    <details className={styles['tries']}>
      <summary>{t.triesOf(of.length)}</summary>
      <ol>
        {of.map((one) => (
          <li key={one.attempt} className={styles['try']}>
            <CheckMark status={one.status} /> <Time at={one.started_at} /> · {took(one.ms)}{' '}
            <Why of={one} />
            {one.evidence !== null && (
              // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls
              <pre tabIndex={0} role="region" aria-label={t.evidence}>
                <Said>{one.evidence}</Said>
              </pre>
            )}
          </li>
        ))}
      </ol>
    </details>
  );
}
