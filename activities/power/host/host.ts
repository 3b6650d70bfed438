import type { Logger } from 'pino';
import type { NewEvent } from '../../../contracts/event.ts';
import type { CatalogReader } from '../../compose/catalog.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { Compose } from '../../compose/compose.ts';
import type { Engine } from '../../engine/engine.ts';
import type { EngineWatch } from '../../engine/watch.ts';
import type { Images } from '../../images/images.ts';
import type { KeyedLock } from '../../../platform/concurrency/lock.ts';
import type { Rounds } from '../../../platform/concurrency/rounds.ts';
import type { Store } from '../../../store/index.ts';
import type { Guard } from './guard-container.ts';
import type { GuardFiles } from './guard-files.ts';
import type { LeaseCache } from './lease-cache.ts';
import type { PowerMetrics } from './metrics.ts';
import type { Observations } from './observations.ts';
import type { ProjectClaim } from './project-claim.ts';

/** Everything that power over one host needs. There is one of it in the process that holds the host's Engine. */
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
  /** One piece of power work on a service at a time. */
  lock: KeyedLock;
  /** What this process does again and again, and which of it fails. */
  rounds: Rounds;
  /** Containers without a restart policy, as far as this process has seen to it. */
  unbound: Set<string>;
  /** Containers whose own health check passed since their start, before the Engine has come to run it. */
  proved: Set<string>;
  /** Starting and asking are work for the Engine, so few at a time; stopping is mostly waiting, so more. */
  slots: { start: Limit; stop: Limit; ask: Limit };
  metrics: PowerMetrics;
  log: Logger;
}

export type Limit = <T>(work: () => Promise<T>) => Promise<T>;

/** The name of a service's lock; what is not of one service has other names. */
export const lockOf = (service: string): string => `service:${service}`;

/** How the work is told in the event log. */
export interface Cause {
  actor: string;
  /** The principal behind the name, where a token asked. */
  actor_id?: string;
  window_id?: string;
  correlation_id?: string;
}

/** An event of this host, by the part of VX11 that acts. */
export const hostEvent = (
  power: PowerHost,
  type: NewEvent['type'],
  actor: string,
  more: Omit<NewEvent, 'type' | 'at' | 'actor' | 'host'>,
): NewEvent => ({ type, at: power.clock(), actor, host: power.host, ...more });
