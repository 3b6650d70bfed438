import type { EventType } from '../../contracts/event.ts';
import type { Incident } from '../../contracts/incidents.ts';
import { inhibitionOf } from './inhibit.ts';
import type { Memory } from './memory.ts';

/** A change of an incident that is an event. */
export interface Announced {
  type: EventType;
  incident: Incident;
}

/** What begins or gets worse, and is withheld from people while another incident explains it. */
const begins: ReadonlySet<EventType> = new Set([
  'incident.opened',
  'incident.reopened',
  'incident.rose',
]);

/**
 * Sets what explains each incident, which is known only once all looks of a round are judged. What was withheld for that is
 * announced as soon as nothing explains it any more.
 * @param incidents all that are not closed, by fingerprint; those that change are replaced
 * @returns the announcements with what explains them, and the memories that changed
 */
export function explain(
  round: {
    incidents: Map<string, Incident>;
    announced: readonly Announced[];
    memoryOf: (fingerprint: string) => Memory | null;
  },
  ancestors: (service: string) => ReadonlySet<string>,
): { announced: Announced[]; memories: Map<string, Memory> } {
  const { incidents, memoryOf } = round;
  const all = [...incidents.values()];
  const freed: Incident[] = [];
  for (const incident of all) {
    const inhibited_by = inhibitionOf(incident, all, ancestors);
    if (inhibited_by === incident.inhibited_by) continue;
    const now = { ...incident, inhibited_by };
    incidents.set(incident.fingerprint, now);
    if (inhibited_by === null) freed.push(now);
  }
  const memories = new Map<string, Memory>();
  const withhold = (print: string, withheld: boolean): void => {
    const memory = memories.get(print) ?? memoryOf(print);
    if (memory !== null && (memory.withheld ?? false) !== withheld)
      memories.set(print, { ...memory, withheld });
  };
  const announced = round.announced.map(({ type, incident }) => {
    const { fingerprint, incident_id } = incident;
    const now = incidents.get(fingerprint);
    const inhibited_by = now?.incident_id === incident_id ? now.inhibited_by : null;
    if (begins.has(type)) withhold(fingerprint, inhibited_by !== null);
    return { type, incident: { ...incident, inhibited_by } };
  });
  const late = freed.filter(({ fingerprint }) => {
    const { withheld = false } = memories.get(fingerprint) ?? memoryOf(fingerprint) ?? {};
    withhold(fingerprint, false);
    return withheld;
  });
  const apart = late.map((incident): Announced => ({ type: 'incident.uninhibited', incident }));
  return { announced: [...announced, ...apart], memories };
}
