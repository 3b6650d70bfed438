import type { PowerHost } from '../../../activities/power/host/host.ts';
import { version } from '../../../platform/version.ts';

/** The details that a process with power over a host publishes with each heartbeat. */
export async function presenceDetail(
  power: PowerHost,
  engineAway: boolean,
  /** Another process that waits for this host. */
  contender: string | null,
): Promise<Record<string, unknown>> {
  const guard = power.guard.state();
  const claim = power.claim.state();
  return {
    version,
    engine: engineAway ? 'down' : 'ok',
    guard: guard.state,
    guard_reason: guard.reason,
    catalog_error: power.catalog.known()?.error ?? null,
    ...claim,
    contender: claim.contender ?? contender,
    rounds_failing: power.rounds.failing(),
    store_fault: await power.store.fault('met'),
  };
}
