import { spawnerService } from '../../contracts/queues.ts';
import type { Store } from '../../store/index.ts';
import { presenceMs } from '../../store/system/presence.ts';

/** How the spawner of this host was found at a look. */
export interface SpawnerObservation {
  /** How long it has said nothing while it could have been heard, in ms; Infinity where it took leave, or never came. */
  silentMs: number;
  /** When it began, in epoch ms of its own clock; Infinity where nobody knows. */
  since: number;
}

/** Whether the spawner of this host lives, by what we see change: its clock and ours may be set, and differ. */
export interface SpawnerWatch {
  /** Throws while the store is away. */
  look(): Promise<SpawnerObservation>;
}

/** A gap between two looks that is longer than this tells of us, and not of the spawner. */
const gapMs = presenceMs;

/**
 * Counts the time between one answered look and the next. A look that failed, and a gap in which nobody looked, since the
 * store was away or this process stood still, give the spawner its whole time again: it may have been no better off.
 */
export function createSpawnerWatch(deps: {
  host: string;
  store: Pick<Store, 'presence'>;
  monotonic: () => number;
}): SpawnerWatch {
  const { monotonic } = deps;
  let beat: number | null = null;
  let silentMs = 0;
  /** When the last look was answered; null after one that was not. */
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
      // of two looks at once, the later answer counts no time twice
      if (!watched || spawner?.at !== beat) silentMs = 0;
      else silentMs += Math.max(0, asked - last!);
      last = now;
      beat = spawner?.at ?? null;
      if (spawner === undefined) return { silentMs: Infinity, since: Infinity };
      return { silentMs, since: Number(spawner.detail['since'] ?? Infinity) };
    },
  };
}
