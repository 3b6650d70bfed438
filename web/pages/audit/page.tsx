import { Link } from 'wouter';
import type { EventRecord } from '../../../contracts/event.ts';
import { usePreferences } from '../../base/preferences.ts';
import { useWords } from '../../base/words.ts';
import type { EventPage } from '../../live/answers.ts';
import { useRead } from '../../live/queries.ts';
import { useMay } from '../../live/session.ts';
import { Chips, Filters, useFilter } from '../../parts/filters.tsx';
import { Listed, useLength } from '../../parts/listed.tsx';
import { Note, Page, Section } from '../../parts/page.tsx';
import { Id, Said } from '../../parts/said.tsx';
import { Table, type Column } from '../../parts/table.tsx';
import { Time } from '../../parts/time.tsx';
import { eventLink, eventText } from '../../things/events/event-text.ts';
import { Chain } from './chain.tsx';
import styles from './audit.module.css';
import { words } from './words.ts';

/** The types of each kind, as the stream and the history filter them. */
const kinds: Record<string, string> = {
  windows: 'window.requested,window.open,window.extended,window.closed,window.failed',
  plans: 'plan.created,plan.approved,plan.rejected,plan.cancelled,plan.done,plan.failed',
  tasks: 'spawn.queued,spawn.retried,spawn.finished',
  checks: 'checks.queued,checks.finished',
  repairs: 'repair.queued,repair.finished,patch.applied,patch.kept,patch.dropped,patch.rolled_back',
  access: 'token.created,token.revoked,web_session.started,web_session.ended',
};

/** Who did what, and whether the log was changed since. */
export default function Audit() {
  const t = useWords(words);
  const isAdmin = useMay('admin');
  const { language } = usePreferences();
  const [kind, setKind] = useFilter('show');
  const length = useLength(100);
  const events = useRead<EventPage>('events', '/vx11/events/history', {
    type: kinds[kind],
    limit: length.limit,
  });
  const columns: Column<EventRecord>[] = [
    { key: 'seq', title: t.seq, cell: (one) => one.seq },
    { key: 'at', title: t.at, cell: (one) => <Time at={one.at} /> },
    {
      key: 'what',
      title: t.what,
      kind: 'main',
      cell: (one) => {
        const link = eventLink(one);
        const text = <Said>{eventText(one, language)}</Said>;
        return link === null ? text : <Link to={link}>{text}</Link>;
      },
    },
    { key: 'type', title: t.type, cell: (one) => <code>{one.type}</code> },
    { key: 'actor', title: t.actor, cell: (one) => <Said>{one.actor}</Said> },
    {
      key: 'details',
      title: t.details,
      cell: (one) => (
        <details className={styles['details']}>
          <summary>{t.details}</summary>
          <pre>
            <Said>{JSON.stringify(one.payload, null, 2)}</Said>
          </pre>
          {t.hash} <Id what={t.hash}>{one.hash}</Id>
        </details>
      ),
    },
  ];
  const options = [
    { value: '', text: t.all },
    ...(['windows', 'plans', 'tasks', 'checks', 'repairs', 'access'] as const).map((value) => ({
      value,
      text: t[value],
    })),
  ];
  return (
    <Page title={t.title}>
      <Section title={t.chain}>{isAdmin ? <Chain /> : <Note>{t.adminOnly}</Note>}</Section>
      <div className={styles['list']}>
        <Filters>
          <Chips label={t.filter} value={kind} options={options} onChange={setKind} />
        </Filters>
        <Listed
          of={events}
          rows={10}
          pick={(data) => data.events}
          length={length}
          empty={t.none}
          more={t.more}
        >
          {(rows) => (
            <Table
              caption={t.caption}
              columns={columns}
              rows={rows}
              keyOf={(one) => String(one.seq)}
            />
          )}
        </Listed>
      </div>
    </Page>
  );
}
