import type { EventType, NewEvent } from '../../contracts/event.ts';
import type { Incident } from '../../contracts/incidents.ts';
import { rankOf } from './ant.ts';

/** More events of one kind than this in one round are announced as one. */
const mostApart = 10;
const mostIds = 50;

const eventOf = (
  type: EventType,
  { host, service, correlation_id, ...incident }: Incident,
  at: number,
): NewEvent => ({
  type,
  at,
  actor: 'hormiguero',
  host,
  correlation_id,
  ...(service !== null && { service }),
  payload: {
    incident_id: incident.incident_id,
    kind: incident.kind,
    subkey: incident.subkey,
    severity: incident.severity,
    status: incident.status,
    title: incident.title,
    inhibited_by: incident.inhibited_by,
    resolved_by: incident.resolved_by,
  },
});

/** What people are not notified of: it is acknowledged, or another incident explains it. */
const isMuted = ({ status, inhibited_by }: Incident): boolean =>
  status === 'acknowledged' || inhibited_by !== null;

/**
 * The events of a round: one for each change, and one with counts where a whole storm of incidents changed the same way. It
 * has the highest severity of them, and names the most severe ones first. What is muted makes a storm of its own.
 */
export function eventsOf(
  announced: readonly { type: EventType; incident: Incident }[],
  at: number,
): NewEvent[] {
  const alike = Map.groupBy(
    announced,
    ({ type, incident }) => `${type} ${String(isMuted(incident))}`,
  );
  return [...alike.values()].flatMap((changes) => {
    if (changes.length <= mostApart) {
      return changes.map(({ type, incident }) => eventOf(type, incident, at));
    }
    const sorted = changes.toSorted(
      (one, other) => rankOf(other.incident.severity) - rankOf(one.incident.severity),
    );
    const [{ type, incident }] = sorted as [(typeof sorted)[number]];
    const countBy = (key: 'kind' | 'severity'): Record<string, number> =>
      Object.fromEntries(
        [...Map.groupBy(sorted, (one) => one.incident[key])].map(([name, of]) => [name, of.length]),
      );
    const payload = {
      change: type,
      count: sorted.length,
      severity: incident.severity,
      muted: isMuted(incident),
      kinds: countBy('kind'),
      severities: countBy('severity'),
      incident_ids: sorted.slice(0, mostIds).map((one) => one.incident.incident_id),
    };
    const { host, correlation_id } = incident;
    return [{ type: 'incident.storm', at, actor: 'hormiguero', host, correlation_id, payload }];
  });
}
