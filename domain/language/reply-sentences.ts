import type { HealthState } from '../../contracts/service.ts';

/** Who has to confirm a plan. */
export type Agreement = { kind: 'you' } | { kind: 'another' } | { kind: 'several'; count: number };

/**
 * The reply texts, one set per language. Names, ids, instants, codes and step texts are inserted unchanged and are not
 * translated.
 */
export interface Sentences {
  help: string;
  talk: string;

  /** The status of services. */
  noServiceKnown: string;
  nothingRuns: string;
  inNoFile(names: string): string;
  /** @param until null if it has no deadline or the deadline is unknown */
  service(name: string, health: HealthState, reason: string | null, until: string | null): string;
  /** A service that several hosts have. */
  onHost(name: string, host: string): string;
  /** @param names empty if the request named no service */
  asleep(count: number, names: string): string;
  nothingKnown: string;

  /** The state of a plan. */
  waits(risk: string, because: string, agreement: Agreement, until: string, steps: string): string;
  underWay(plan: string, steps: string): string;
  rejected(plan: string): string;
  /** @param undone the ids of its undone steps; may be empty */
  cancelled(plan: string, undone: string): string;
  failed(detail: string): string;
  /** Why a step failed while it ran, by its error code; null if there is no text for it. */
  failure(code: string, about: { service: string; role: string }): string | null;
  /** The reason for a service's health; returned unchanged if there is no translation. */
  cause(reason: string): string;
  dryRun(risk: string, because: string, steps: string): string;

  /** The result of a step. */
  done: string;
  opened(services: string, until: string | null, window: string): string;
  notUp(service: string, detail: string): string;
  closed(what: string): string;
  oneAtATime: string;
  sayItPlainly: string;
  /** @param names the possible services; empty if no name is similar */
  whichService(names: readonly string[]): string;
  whichTime(services: string): string;
  /** Suggests exact commands. */
  whichOrder(services: string, seconds: number | null): string;
  extended(services: string, until: string | null, clamped: boolean): string;
  restarted(service: string): string;
  taskRan(task: string): string;
  checked(verdict: string): string;
  stepDone(type: string): string;
  unknown: string;

  /** An earlier message of the session is still in progress. */
  busy: string;

  /** The gateway's replies while madre cannot be reached. */
  notStarted(action: string, targets: string): string;
  mayStillHappen: string;
}
