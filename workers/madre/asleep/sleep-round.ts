import { hasBusiness } from '../../../activities/autonomy/effects.ts';
import type { TemporalSleep } from '../../../platform/supervisor/temporal-sleep.ts';
import type { Store } from '../../../store/index.ts';
import type { LiveWork } from '../../../store/system/live-work.ts';
import { presenceMs } from '../../../store/system/presence.ts';
import type { TemporalConnection } from '../temporal-connection.ts';

interface SleepDeps {
  store: Pick<Store, 'liveWork' | 'presence' | 'rails' | 'autonomy'>;
  host: string;
  /** Epoch ms. */
  clock: () => number;
  sleep: TemporalSleep;
  temporal: Pick<TemporalConnection, 'running'>;
  /** In ms, on a clock that is never set. */
  monotonic?: () => number;
}

/**
 * The round that decides whether Temporal may sleep: after some time in which nothing that is stored needs it, and if it
 * runs no workflow itself. While it sleeps, anything that needs it wakes it, however it came into the store.
 */
export function createSleepRound(deps: SleepDeps): () => Promise<void> {
  const { sleep, temporal, monotonic = () => performance.now() } = deps;
  let unusedSince: number | null = null;
  return async () => {
    if (sleep.afterMs === null) return;
    if ((await needOf(deps)) !== null) {
      unusedSince = null;
      if (sleep.isAsleep()) await sleep.wake();
      return;
    }
    unusedSince ??= monotonic();
    if (sleep.isAsleep() || monotonic() - unusedSince < sleep.afterMs) return;
    // what is not stored counts too, such as the delivery of a result
    if (temporal.running !== null && (await temporal.running.count()) === 0) sleep.unused();
  };
}

/** Returns something that needs Temporal; null if there is nothing. */
export async function needOf({
  store,
  host,
  clock,
}: Pick<SleepDeps, 'store' | 'host' | 'clock'>): Promise<LiveWork | null> {
  const work = await store.liveWork.first();
  if (work !== null) return work;
  const now = clock();
  const other = (await store.presence.list()).find(
    (one) => one.host !== host && now - one.at < presenceMs,
  );
  if (other !== undefined) return { kind: 'host', id: other.host };
  return (await hasBusiness(store, now)) ? { kind: 'autonomy', id: host } : null;
}
