import type { Incident } from '../../contracts/incidents.ts';
import type { Sighting, Subject } from './ant.ts';
import { explain, type Announced } from './explain.ts';
import { aged, openedIncident, resolved, seenAgain, type Changed } from './life.ts';
import { remember, type Memory } from './memory.ts';
import { isToNotify } from './triage.ts';

/** What one ant saw; null if its look failed. */
export interface AntLook {
  ant: string;
  sightings: readonly Sighting[] | null;
}

/** What is known of a host before the looks are judged. */
export interface Kept {
  memories: readonly Memory[];
  /** All that are not closed. */
  incidents: readonly Incident[];
}

/** What the judgement depends on beside the looks. */
export interface Surroundings {
  host: string;
  /** Epoch ms. */
  at: number;
  correlation_id: string;
  /** Whether policy has put a service to sleep, or the compose file has no such service. */
  isAsleep: (service: string) => boolean;
  /** Whether a service is being opened, closed or restarted: looks at it do not count. */
  isMoving: (service: string) => boolean;
  ancestors: (service: string) => ReadonlySet<string>;
  /** The plan that patched the service of an incident since it was opened; null if none did. */
  patchedSince: (incident: Incident) => string | null;
  fingerprint: (subject: Subject) => string;
  newId: () => string;
}

export interface Judgement {
  /** The memories that changed, by fingerprint; null for those that are no longer needed. */
  memories: Map<string, Memory | null>;
  /** The incidents that changed or are new. */
  incidents: Incident[];
  announced: Announced[];
  /** The incidents whose lane is to be informed. */
  toNotify: Incident[];
  /** How many subjects each ant saw in trouble for the first time. */
  hits: Map<string, number>;
}

/** Turns looks into incidents. Nothing that sleeps is one, and a look that failed or is missing changes no state. */
export function judge(looks: readonly AntLook[], kept: Kept, around: Surroundings): Judgement {
  const { at, isAsleep, isMoving, fingerprint } = around;
  const before = new Map(kept.incidents.map((one) => [one.fingerprint, one]));
  const incidents = new Map(before);
  const known = new Map(kept.memories.map((one) => [fingerprint(one), one]));
  const memories = new Map<string, Memory | null>();
  const announced: Announced[] = [];
  const hits = new Map<string, number>();
  const closed: Incident[] = [];
  const take = ({ incident, announced: types }: Changed): void => {
    for (const type of types) announced.push({ type, incident });
    if (incident.status !== 'closed') return void incidents.set(incident.fingerprint, incident);
    incidents.delete(incident.fingerprint);
    closed.push(incident);
  };
  for (const incident of kept.incidents) take(aged(incident, at));

  const takeLook = (ant: string, sighting: Sighting): void => {
    const print = fingerprint(sighting);
    const { memory, change } = remember(known.get(print) ?? null, sighting, { ant, at });
    if (memory !== (known.get(print) ?? null)) memories.set(print, memory);
    const incident = incidents.get(print);
    if (change === 'clears' && incident !== undefined)
      take(resolved(incident, 'looks', at, around.patchedSince(incident)));
    if (change !== 'opens' && change !== 'lasts') return;
    if (change === 'opens') hits.set(ant, (hits.get(ant) ?? 0) + 1);
    const flapping = memory?.flapping ?? false;
    const from = {
      incident_id: around.newId(),
      host: around.host,
      fingerprint: print,
      source: ant,
      correlation_id: around.correlation_id,
      first_seen: memory?.bad_since ?? at,
      flapping,
    };
    take(
      incident === undefined
        ? openedIncident(sighting, from, at)
        : seenAgain(incident, sighting, at),
    );
    const now = incidents.get(print)!;
    if (flapping && incident?.flapping === false)
      take({ incident: { ...now, flapping }, announced: ['incident.flapping'] });
  };

  for (const { ant, sightings } of looks) {
    if (sightings === null) {
      for (const one of incidents.values())
        if (one.source === ant && one.status !== 'resolved' && one.stale_since === null)
          incidents.set(one.fingerprint, { ...one, stale_since: new Date(at).toISOString() });
      continue;
    }
    const counts = ({ service }: Subject): boolean =>
      service === null || !(isMoving(service) || isAsleep(service));
    const mentioned = new Set(sightings.map(fingerprint));
    for (const sighting of sightings.filter(counts)) takeLook(ant, sighting);
    for (const [print, memory] of known)
      if (memory.ant === ant && !mentioned.has(print) && counts(memory))
        takeLook(ant, gone(memory));
  }

  for (const [print, memory] of known)
    if (memory.service !== null && isAsleep(memory.service)) memories.set(print, null);
  for (const incident of incidents.values())
    if (incident.service !== null && isAsleep(incident.service))
      take(resolved(incident, 'asleep', at));

  const memoryOf = (print: string): Memory | null =>
    (memories.has(print) ? memories.get(print) : known.get(print)) ?? null;
  const explained = explain({ incidents, announced, memoryOf }, around.ancestors);
  for (const [print, memory] of explained.memories) memories.set(print, memory);
  const toNotify = [...incidents.values()].filter(isToNotify);
  for (const one of toNotify) incidents.set(one.fingerprint, { ...one, announced: one.severity });

  const changed = [...incidents].flatMap(([print, one]) =>
    before.get(print) === one ? [] : [one],
  );
  return {
    memories,
    incidents: [...closed, ...changed],
    announced: explained.announced,
    toNotify,
    hits,
  };
}

/** A look that does not mention what an earlier one saw. */
const gone = ({ kind, service, subkey, clear }: Memory): Sighting => ({
  kind,
  service,
  subkey,
  state: 'good',
  severity: 'info',
  title: '',
  detail: '',
  value: null,
  rule: { open: { looks: 1, ms: 0 }, clear },
});
