import type { IncidentKind, Severity, Suggestion } from '../../contracts/incidents.ts';
import type { AntFacts } from './facts.ts';

/** How long trouble has to last before it is an incident, and how long it has to be gone. Both hold, of looks in a row. */
export interface Rule {
  open: { looks: number; ms: number };
  clear: { looks: number; ms: number };
}

/** What an incident is about: the same for every look at the same thing. */
export interface Subject {
  kind: IncidentKind;
  /** Null for what belongs to no service. */
  service: string | null;
  /** Which one of its kind; empty if there is only one. */
  subkey: string;
}

/** One look at one subject. */
export interface Sighting extends Subject {
  /**
   * `between` is worse than gone and better than trouble: it keeps what is. `unknown` counts as no look at all.
   */
  state: 'bad' | 'between' | 'good' | 'unknown';
  severity: Severity;
  title: string;
  /** What was seen, in one sentence without secrets. */
  detail: string;
  /** Higher is worse. */
  value: number | null;
  rule: Rule;
  suggests?: Suggestion[];
}

/** A detector: it judges facts, and knows nothing of earlier looks but what `AntContext` has. */
export interface Ant<Fact extends keyof AntFacts = keyof AntFacts> {
  name: string;
  /** The facts that it needs. */
  reads: Fact;
  /** The worst that it can find; weighs how often it looks. */
  severity: Severity;
  /** The first guess of what a look takes, in ms. */
  cost_ms: number;
  /** It looks at most this often, in ms. */
  least_ms?: number;
  /** It looks also while the host is under pressure. */
  always?: true;
  /** The Engine events after which it looks at once. */
  wakes_on?: readonly string[];
  /**
   * The events of containers and networks after which it looks soon, if VX11 itself did not cause them: somebody changed a
   * container by hand.
   */
  wakes_on_hand?: readonly string[];
  /** If its next look decides something, or an event has woken it, it looks after this time, in ms, and not after `least_ms`. */
  soon_ms?: number;
  /** What is not mentioned is gone. */
  look(fact: AntFacts[Fact], at: number): Sighting[];
}

/** Checks that an ant's look fits what it reads. */
export const ant = <Fact extends keyof AntFacts>(definition: Ant<Fact>): Ant => definition;

const severities: readonly Severity[] = ['info', 'warn', 'high', 'critical'];
export const rankOf = (severity: Severity): number => severities.indexOf(severity);
export const worstOf = (one: Severity, other: Severity): Severity =>
  rankOf(one) >= rankOf(other) ? one : other;

/** Looks in a row, without a least time. */
export const looks = (open: number, clear = 3): Rule => ({
  open: { looks: open, ms: 0 },
  clear: { looks: clear, ms: 0 },
});

/** Two looks at least, this many seconds apart, and three until it is gone. */
export const lasting = (openSeconds: number, clearSeconds: number): Rule => ({
  open: { looks: 2, ms: openSeconds * 1000 },
  clear: { looks: 3, ms: clearSeconds * 1000 },
});

/** The state of a value where high is bad. */
export const above = (value: number, open: number, clear: number): 'bad' | 'between' | 'good' =>
  value > open ? 'bad' : value < clear ? 'good' : 'between';

/** The state of a value where low is bad. */
export const below = (value: number, open: number, clear: number): 'bad' | 'between' | 'good' =>
  value < open ? 'bad' : value > clear ? 'good' : 'between';

export const percent = (share: number): string => `${Math.round(share * 1000) / 10} %`;
