import type { EventType } from '../../contracts/event.ts';
import type { Incident } from '../../contracts/incidents.ts';
import { rankOf, worstOf, type Sighting } from './ant.ts';
import { withObserved } from './evidence.ts';

/** How long after its end the same trouble is the same incident. */
export const reopenMs = 30 * 60_000;

/** An incident after something happened to it, and what is worth telling. */
export interface Changed {
  incident: Incident;
  announced: EventType[];
}

const iso = (at: number): string => new Date(at).toISOString();

/** The incident that begins with this sighting. */
export function openedIncident(
  sighting: Sighting,
  from: {
    incident_id: string;
    host: string;
    fingerprint: string;
    source: string;
    correlation_id: string;
    first_seen: number;
    flapping: boolean;
  },
  at: number,
): Changed {
  const { kind, service, subkey, severity, title, detail, value, suggests = [] } = sighting;
  const { first_seen, ...rest } = from;
  const incident: Incident = {
    ...rest,
    kind,
    service,
    subkey,
    severity,
    status: 'open',
    title,
    description: detail,
    occurrences: 1,
    reopened: 0,
    detected_at: iso(at),
    first_seen: iso(first_seen),
    last_seen: iso(at),
    stale_since: null,
    resolved_at: null,
    resolved_by: null,
    closed_at: null,
    acked_by: null,
    ack_until: null,
    notes: [],
    inhibited_by: null,
    announced: null,
    plan_id: null,
    evidence: withObserved(null, { at: iso(at), value, detail }),
    suggested_actions: suggests,
  };
  return { incident, announced: ['incident.opened'] };
}

/** The trouble was seen again. A resolved incident opens again; an acknowledged one stays so, unless it got worse. */
export function seenAgain(known: Incident, sighting: Sighting, at: number): Changed {
  const before = known.resolved_by === 'plan' ? noHelp(known, at) : known;
  const { severity, detail, value, suggests = [] } = sighting;
  const rises = rankOf(severity) > rankOf(before.severity);
  const reopens = before.status === 'resolved';
  const incident: Incident = {
    ...before,
    severity: reopens ? severity : worstOf(before.severity, severity),
    description: detail,
    occurrences: before.occurrences + 1,
    last_seen: iso(at),
    stale_since: null,
    evidence: withObserved(before.evidence, { at: iso(at), value, detail }),
    suggested_actions: suggests,
    ...(reopens && {
      status: isMuted(before, at) && !rises ? 'acknowledged' : 'open',
      reopened: before.reopened + 1,
      resolved_at: null,
      resolved_by: null,
    }),
    ...(rises && { status: 'open', acked_by: null, ack_until: null }),
  };
  return {
    incident,
    announced: [
      ...(reopens ? (['incident.reopened'] as const) : []),
      ...(rises && !reopens ? (['incident.rose'] as const) : []),
    ],
  };
}

/** It came back within the half hour: what the plan did was no change. */
const noHelp = (before: Incident, at: number): Incident =>
  withNote(before, 'madre', `no_change: ${before.plan_id} did not help, it is back`, at);

const isMuted = ({ ack_until }: Incident, at: number): boolean =>
  ack_until !== null && Date.parse(ack_until) > at;

/**
 * Ends an incident; one that has ended stays as it is.
 * @param plan what is taken to have ended it: it changed the service meanwhile
 */
export function resolved(
  before: Incident,
  by: NonNullable<Incident['resolved_by']>,
  at: number,
  plan: string | null = null,
): Changed {
  if (before.status === 'resolved' || before.status === 'closed') {
    return { incident: before, announced: [] };
  }
  const resolved_by = plan === null ? by : 'plan';
  const plan_id = plan ?? before.plan_id;
  const ended = { status: 'resolved', resolved_at: iso(at), resolved_by, plan_id } as const;
  const incident: Incident = { ...before, ...ended, flapping: false, stale_since: null };
  return { incident: { ...incident, inhibited_by: null }, announced: ['incident.resolved'] };
}

/** Mutes an incident until then, a day at most. */
export function acknowledged(
  before: Incident,
  { by, until, note }: { by: string; until: number; note: string | null },
  at: number,
): Changed {
  const isOpen = before.status === 'open' || before.status === 'acknowledged';
  if (!isOpen) return { incident: before, announced: [] };
  const incident: Incident = {
    ...withNote(before, by, note, at),
    status: 'acknowledged',
    acked_by: by,
    ack_until: iso(until),
  };
  return { incident, announced: ['incident.acknowledged'] };
}

/** Adds what a person wrote; the oldest notes make room. */
export const withNote = (
  before: Incident,
  by: string,
  text: string | null,
  at: number,
): Incident =>
  text === null
    ? before
    : { ...before, notes: [...before.notes, { at: iso(at), by, text }].slice(-20) };

/** What time alone does: a mute ends, and what has long been resolved is closed. */
export function aged(before: Incident, at: number): Changed {
  const isOver = before.ack_until !== null && Date.parse(before.ack_until) <= at;
  if (before.status === 'acknowledged' && isOver) {
    return {
      incident: { ...before, status: 'open', acked_by: null, ack_until: null },
      announced: [],
    };
  }
  const { resolved_at } = before;
  if (before.status === 'resolved' && at - Date.parse(resolved_at!) >= reopenMs) {
    const incident: Incident = { ...before, status: 'closed', closed_at: iso(at) };
    return { incident, announced: ['incident.closed'] };
  }
  return { incident: before, announced: [] };
}
