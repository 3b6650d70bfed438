import type { Logger } from 'pino';
import type { NewEvent } from '../../../contracts/event.ts';
import type { CatalogReader } from '../../compose/catalog.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { Need } from '../../../domain/windows/admission.ts';
import type { Compose } from '../../compose/compose.ts';
import type { Engine } from '../../engine/engine.ts';
import type { EngineWatch } from '../../engine/watch.ts';
import type { Images } from '../../images/images.ts';
import type { KeyedLock } from '../../../platform/concurrency/lock.ts';
import type { Rounds } from '../../../platform/concurrency/rounds.ts';
import type { Store } from '../../../store/index.ts';
import type { Guard } from './guard-container.ts';
import type { GuardFiles } from './guard-files.ts';
import type { KnownDefinitions } from './known-definitions.ts';
import type { LeaseCache } from './lease-cache.ts';
import type { PowerMetrics } from './metrics.ts';
import type { Observations } from './observations.ts';
import type { ProjectClaim } from './project-claim.ts';

/** Everything that power control of one host needs. One per host, in the process that controls its Engine. */
export interface PowerHost {
  host: string;
  engine: Engine;
  watch: EngineWatch;
  compose: Compose;
  images: Images;
  catalog: CatalogReader;
  store: Store;
  leases: LeaseCache;
  seen: Observations;
  guard: Guard;
  guardFiles: GuardFiles;
  claim: ProjectClaim;
  clock: Clock;
  /** Serialises power work per service. */
  lock: KeyedLock;
  /** The periodic rounds of this process, and which of them fail. */
  rounds: Rounds;
  /** Containers whose restart policy this process has removed or found to be off. */
  unbound: Set<string>;
  definitions: KnownDefinitions;
  /** Containers whose definition has another hash than the files and says the same, with that hash. */
  respelled: Map<string, string>;
  /** Containers whose health check passed when VX11 ran it, before the Engine's first run. */
  proved: Set<string>;
  /** What the trials of repairs take beside the windows, by `trial/service`. */
  trials: Map<string, Need>;
  /** Limits of parallel Engine work. Starts and health checks are expensive, so few; stops mostly wait, so more. */
  slots: { start: Limit; stop: Limit; ask: Limit };
  metrics: PowerMetrics;
  log: Logger;
}

export type Limit = <T>(work: () => Promise<T>) => Promise<T>;

/** The name of a service's lock. Locks that belong to no service have other names. */
export const lockOf = (service: string): string => `service:${service}`;

/** The cause of the work, for the event log. */
export interface Cause {
  actor: string;
  /** Id of the principal, if a token was used. */
  actor_id?: string;
  window_id?: string;
  correlation_id?: string;
}

/** Builds an event of this host. `actor` is the part of VX11 that acts. */
export const hostEvent = (
  power: PowerHost,
  type: NewEvent['type'],
  actor: string,
  more: Omit<NewEvent, 'type' | 'at' | 'actor' | 'host'>,
): NewEvent => ({ type, at: power.clock(), actor, host: power.host, ...more });
