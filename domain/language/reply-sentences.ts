import type { HealthState } from '../../contracts/service.ts';

/** Who has to agree before a plan runs. */
export type Agreement = { kind: 'you' } | { kind: 'another' } | { kind: 'several'; count: number };

/**
 * Everything that is said in a reply, once a language. Names, ids, instants, codes and texts of steps come in as they are,
 * in whatever language they are.
 */
export interface Sentences {
  help: string;
  talk: string;

  /** How things are. */
  noServiceKnown: string;
  nothingRuns: string;
  inNoFile(names: string): string;
  /** @param until null where nothing ends it, or nobody knows when */
  service(name: string, health: HealthState, reason: string | null, until: string | null): string;
  /** A service of a name that several hosts have. */
  onHost(name: string, host: string): string;
  /** @param names empty where nobody asked for one by its name */
  asleep(count: number, names: string): string;
  nothingKnown: string;

  /** How a plan stands. */
  waits(risk: string, because: string, agreement: Agreement, until: string, steps: string): string;
  underWay(plan: string, steps: string): string;
  rejected(plan: string): string;
  /** @param undone its steps that were taken back; empty where none was */
  cancelled(plan: string, undone: string): string;
  failed(detail: string): string;
  /** Why a step failed while it ran, by its code; null where its own words have to do. */
  failure(code: string, about: { service: string; role: string }): string | null;
  /** Why a service is as it is; its own words where they are not known. */
  cause(reason: string): string;
  dryRun(risk: string, because: string, steps: string): string;

  /** What came of a step. */
  done: string;
  opened(services: string, until: string | null, window: string): string;
  notUp(service: string, detail: string): string;
  closed(what: string): string;
  oneAtATime: string;
  sayItPlainly: string;
  /** @param names services that may be meant; empty where none is near */
  whichService(names: readonly string[]): string;
  whichTime(services: string): string;
  /** What may have been meant, as exact commands. */
  whichOrder(services: string, seconds: number | null): string;
  extended(services: string, until: string | null, clamped: boolean): string;
  restarted(service: string): string;
  taskRan(spawn: string): string;
  stepDone(type: string): string;
  unknown: string;

  /** What was said before, in the same talk, is not over. */
  busy: string;

  /** What the gateway says while madre is away. */
  notStarted(action: string, targets: string): string;
  mayStillHappen: string;
}
