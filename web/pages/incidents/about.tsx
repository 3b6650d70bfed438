import { Link } from 'wouter';
import type { Incident } from '../../../contracts/incidents.ts';
import { shortId } from '../../base/format.ts';
import { useWords } from '../../base/words.ts';
import { Facts, Note } from '../../parts/page.tsx';
import { Id, Said } from '../../parts/said.tsx';
import { Time } from '../../parts/time.tsx';
import { SeverityMark } from '../../things/severity-mark.tsx';
import { StatusMark } from './status-mark.tsx';
import { words } from './words.ts';

/** What an incident is about, how it stands, and who said what. */
export function About({ of }: { of: Incident }) {
  const t = useWords(words);
  const { incident_id, host, service, kind, subkey, inhibited_by, plan_id } = of;
  return (
    <>
      {of.stale_since !== null && (
        <Note tone="warn">
          {t.stale} <Time at={of.stale_since} />.
        </Note>
      )}
      {inhibited_by !== null && (
        <Note>
          {t.inhibited}{' '}
          <Link to={`/incidents/${inhibited_by}`}>
            <code>{shortId(inhibited_by)}</code>
          </Link>
        </Note>
      )}
      <Facts
        of={[
          [t.status, <StatusMark key="status" of={of} />],
          [t.severity, <SeverityMark key="severity" of={of.severity} />],
          [t.kind, <code key="kind">{kind}</code>],
          service === null
            ? null
            : [
                t.service,
                <Link key="service" to={`/services/${host}/${service}`}>
                  <Said>{service}</Said>
                </Link>,
              ],
          [t.host, <Said key="host">{host}</Said>],
          subkey === '' ? null : [t.which, <Said key="subkey">{subkey}</Said>],
          [t.seen, t.times(of.occurrences, of.reopened)],
          [t.since, <Time key="since" at={of.first_seen} />],
          [t.last, <Time key="last" at={of.last_seen} />],
          of.ack_until === null || of.status !== 'acknowledged'
            ? null
            : [
                t.muted,
                <span key="muted">
                  <Said>{of.acked_by ?? ''}</Said>, {t.until} <Time at={of.ack_until} />
                </span>,
              ],
          of.resolved_at === null
            ? null
            : [
                t.resolved,
                <span key="resolved">
                  <Time at={of.resolved_at} />
                  {of.resolved_by !== null && `, ${t[`by_${of.resolved_by}`]}`}
                </span>,
              ],
          plan_id === null
            ? null
            : [
                t.plan,
                <Link key="plan" to={`/plans/${plan_id}`}>
                  <code>{shortId(plan_id)}</code>
                </Link>,
              ],
          [t.id, <Id key="id">{incident_id}</Id>],
        ]}
      />
    </>
  );
}
