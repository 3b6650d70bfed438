import { spawnerService } from '../../contracts/queues.ts';
import type { Store } from '../../store/index.ts';
import { presenceMs } from '../../store/system/presence.ts';

/** One observation of this host's spawner. */
export interface SpawnerObservation {
  /** Time without a new heartbeat, in ms, while the store was readable; Infinity if it signed off or never started. */
  silentMs: number;
  /** When it started, in epoch ms of its own clock; Infinity if unknown. */
  since: number;
}

/** Checks if this host's spawner lives. It compares heartbeats for change, since the two clocks may differ or be set. */
export interface SpawnerWatch {
  /** Throws while the store is unavailable. */
  look(): Promise<SpawnerObservation>;
}

/** A longer gap between two looks means that this process stood still, and says nothing about the spawner. */
const gapMs = presenceMs;

/**
 * Adds up the time between answered looks. A failed look, or a long gap between looks, resets the count: the store was
 * unavailable or this process stood still, and the spawner may have been affected too.
 */
export function createSpawnerWatch(deps: {
  host: string;
  store: Pick<Store, 'presence'>;
  monotonic: () => number;
}): SpawnerWatch {
  const { monotonic } = deps;
  let beat: number | null = null;
  let silentMs = 0;
  /** When the last look was answered; null after a failed one. */
  let last: number | null = null;
  return {
    async look() {
      const asked = monotonic();
      const found = await deps.store.presence.list().catch((error: unknown) => {
        last = null;
        throw error;
      });
      const spawner = found.find(
        ({ process, host }) => process === spawnerService && host === deps.host,
      );
      const now = monotonic();
      const watched = last !== null && now - last <= gapMs;
      // with two looks at once, the later answer counts no time twice
      if (!watched || spawner?.at !== beat) silentMs = 0;
      else silentMs += Math.max(0, asked - last!);
      last = now;
      beat = spawner?.at ?? null;
      if (spawner === undefined) return { silentMs: Infinity, since: Infinity };
      return { silentMs, since: Number(spawner.detail['since'] ?? Infinity) };
    },
  };
}
