import type { DriftFinding } from '../../../contracts/drift.ts';
import { useWords } from '../../base/words.ts';
import { useMay } from '../../live/session.ts';
import { Mark, type Shape, type Tone } from '../../parts/mark.tsx';
import { Section } from '../../parts/page.tsx';
import { Said } from '../../parts/said.tsx';
import { Table, type Column } from '../../parts/table.tsx';
import { Time } from '../../parts/time.tsx';
import { canPatch, PatchButton } from './patch-button.tsx';
import { bySeverity, SeverityMark } from '../../things/severity-mark.tsx';
import styles from './drift.module.css';
import { groupsOf } from './groups.ts';
import { words } from './words.ts';

const looks: Record<DriftFinding['state'], readonly [Shape, Tone]> = {
  drift: ['warning', 'warn'],
  pending: ['clock', 'calm'],
  info: ['ring', 'calm'],
  ignored: ['dashed', 'calm'],
};

/** The differences of each service of each stack: the exact field, what is declared and what is. */
export function Findings({ findings }: { findings: readonly DriftFinding[] }) {
  const t = useWords(words);
  const mayPatch = useMay('operator');
  const several = new Set(findings.map(({ host }) => host)).size > 1;
  return groupsOf(findings).map(({ host, service, of }) => (
    <Section
      key={`${host} ${service}`}
      title={`${service ?? t.stack}${several ? ` · ${host}` : ''}`}
      count={of.length}
      aside={mayPatch && of.some(canPatch) && <PatchButton of={service ?? 'stack'} />}
    >
      <FindingTable findings={of} caption={t.caption(service ?? t.stack, host)} />
    </Section>
  ));
}

function FindingTable({
  findings,
  caption,
}: {
  findings: readonly DriftFinding[];
  caption: string;
}) {
  const t = useWords(words);
  const columns: Column<DriftFinding>[] = [
    {
      key: 'severity',
      title: t.severity,
      cell: (one) => <SeverityMark of={one.severity} />,
      sort: bySeverity,
    },
    {
      key: 'path',
      title: t.path,
      kind: 'main',
      cell: (one) => (
        <code className={styles['path']}>
          <Said>{one.path}</Said>
        </code>
      ),
    },
    {
      key: 'values',
      title: t.values,
      cell: ({ expected, actual }) => (
        <span className={styles['values']}>
          <Value label={t.declared} of={expected} />
          <Value label={t.is} of={actual} />
        </span>
      ),
    },
    {
      key: 'why',
      title: t.why,
      cell: (one) => (
        <span className={styles['about']}>
          <Said english>{one.description}</Said> <code>{one.kind}</code>
        </span>
      ),
    },
    {
      key: 'state',
      title: t.state,
      cell: (one) => (
        <span className={styles['state']}>
          <StateMark of={one} />
        </span>
      ),
    },
    { key: 'since', title: t.since, cell: (one) => <Time at={one.found_at} /> },
  ];
  return (
    <Table caption={caption} columns={columns} rows={findings} keyOf={(one) => one.fingerprint} />
  );
}

function StateMark({ of: { state } }: { of: DriftFinding }) {
  const t = useWords(words);
  const [shape, tone] = looks[state];
  return (
    <Mark shape={shape} tone={tone}>
      {t[state]}
    </Mark>
  );
}

const Value = ({ label, of }: { label: string; of: string | null }) => (
  <span>
    <span className={styles['label']}>{label}</span>{' '}
    {of === null ? (
      '–'
    ) : (
      <code>
        <Said>{of}</Said>
      </code>
    )}
  </span>
);
