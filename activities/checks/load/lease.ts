import { poll } from '../../../platform/concurrency/poll.ts';
import type { PowerHost } from '../../power/host/host.ts';
import { loadWaitMs } from '../../../domain/checks/load/read-load.ts';

const renewEveryMs = 3000;
const lookEveryMs = 500;
/** A holder that has not renewed for this long is dead. */
const staleMs = 15_000;

/**
 * Does `work` while no other load of this host runs, whichever process it belongs to.
 * @param holder the same after a restart, which thus continues at once
 * @returns null if another load did not end in time
 */
export async function asOnlyLoad<T>(
  { store, host, clock }: Pick<PowerHost, 'store' | 'host' | 'clock'>,
  holder: string,
  work: () => Promise<T>,
  signal: AbortSignal,
): Promise<T | null> {
  const name = `load@${host}`;
  const take = async (): Promise<true | null> => {
    const isGone = ({ at }: { at: number }): boolean => clock() - at > staleMs;
    const lease = await store.hostLease.take(name, holder, clock(), isGone);
    return lease.holder === holder ? true : null;
  };
  const taken = await poll(take, { everyMs: lookEveryMs, withinMs: loadWaitMs, signal });
  if (taken === null) return null;
  const over = new AbortController();
  const renew = async (): Promise<null> => {
    await take().catch(() => null); // the next one may succeed
    return null;
  };
  const renewing = poll(renew, { everyMs: renewEveryMs, signal: over.signal }).catch(() => null);
  try {
    return await work();
  } finally {
    over.abort();
    await renewing;
    await store.hostLease.leave(name, holder).catch(() => undefined);
  }
}
