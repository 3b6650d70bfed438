import { Link } from 'wouter';
import type { Incident } from '../../../contracts/incidents.ts';
import { useWords } from '../../base/words.ts';
import { useMay } from '../../live/session.ts';
import { LinkButton } from '../../parts/button.tsx';
import { Said } from '../../parts/said.tsx';
import { Table, type Column } from '../../parts/table.tsx';
import { Ago, Time } from '../../parts/time.tsx';
import { bySeverity, SeverityMark } from '../../things/severity-mark.tsx';
import { isLive, StatusMark } from './status-mark.tsx';
import { words } from './words.ts';

const rank = { open: 0, acknowledged: 1, resolved: 2, closed: 3 };

/** Incidents: those that are open first, the worst of them first. */
export function IncidentTable({ incidents }: { incidents: readonly Incident[] }) {
  const t = useWords(words);
  const mayAct = useMay('operator');
  const several = new Set(incidents.map(({ host }) => host)).size > 1;
  const columns: Column<Incident>[] = [
    {
      key: 'severity',
      title: t.severity,
      cell: (one) => <SeverityMark of={one.severity} />,
      sort: bySeverity,
    },
    { key: 'status', title: t.status, cell: (one) => <StatusMark of={one} /> },
    {
      key: 'what',
      title: t.what,
      kind: 'main',
      cell: (one) => (
        <Link to={`/incidents/${one.incident_id}`}>
          <Said english>{one.title}</Said>
        </Link>
      ),
    },
    {
      key: 'service',
      title: t.about,
      cell: ({ service, host }) => (
        <Said>{several ? `${service ?? ''} · ${host}` : (service ?? host)}</Said>
      ),
      sort: (one, other) => (one.service ?? '').localeCompare(other.service ?? ''),
    },
    { key: 'seen', title: t.seen, cell: (one) => t.times(one.occurrences, one.reopened) },
    {
      key: 'since',
      title: t.since,
      cell: (one) => <Time at={one.first_seen} />,
      sort: (one, other) => one.first_seen.localeCompare(other.first_seen),
    },
    { key: 'last', title: t.last, cell: (one) => <Ago at={one.last_seen} /> },
    {
      key: 'acts',
      title: t.acts,
      kind: 'acts',
      cell: (one) =>
        mayAct &&
        one.status === 'open' && (
          <LinkButton to={`/incidents/${one.incident_id}?ack`} about={one.title}>
            {t.ack}
          </LinkButton>
        ),
    },
  ];
  const rows = incidents.toSorted(
    (one, other) =>
      rank[one.status] - rank[other.status] ||
      (isLive(one) ? bySeverity(other, one) : 0) ||
      other.last_seen.localeCompare(one.last_seen),
  );
  return (
    <Table caption={t.caption} columns={columns} rows={rows} keyOf={(one) => one.incident_id} />
  );
}
