import type { EventType, NewEvent } from '../../contracts/event.ts';
import type { Incident } from '../../contracts/incidents.ts';

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
    title: incident.title,
    inhibited_by: incident.inhibited_by,
    resolved_by: incident.resolved_by,
  },
});

/** The events of a round: one for each change, and one with counts where a whole storm of incidents changed the same way. */
export function eventsOf(
  announced: readonly { type: EventType; incident: Incident }[],
  at: number,
): NewEvent[] {
  const byType = Map.groupBy(announced, ({ type }) => type);
  return [...byType].flatMap(([type, changes]) => {
    if (changes.length <= mostApart) {
      return changes.map(({ incident }) => eventOf(type, incident, at));
    }
    const [{ incident }] = changes as [(typeof changes)[number]];
    const kinds = Object.fromEntries(
      [...Map.groupBy(changes, (one) => one.incident.kind)].map(([kind, of]) => [kind, of.length]),
    );
    const ids = changes.slice(0, mostIds).map((one) => one.incident.incident_id);
    const payload = { change: type, count: changes.length, kinds, incident_ids: ids };
    const { host, correlation_id } = incident;
    return [{ type: 'incident.storm', at, actor: 'hormiguero', host, correlation_id, payload }];
  });
}
