import type { Cause } from './bring.ts';
import type { PowerHost } from './host.ts';

const everyMs = 5000;

/**
 * Moves the provisional leases of a window that opens on by the time that some work takes: a pull is no part of the
 * time that its services have to start in, nor of the window.
 */
export async function holdLeases(
  power: PowerHost,
  { window_id }: Cause,
  work: () => Promise<void>,
): Promise<void> {
  const own = power.leases.all().filter((lease) => lease.window_id === window_id);
  const deadline = own.find((lease) => !lease.is_open)?.deadline ?? null;
  if (window_id === undefined || deadline === null) return work();
  const left = deadline - power.clock();
  let renewing: Promise<unknown> = Promise.resolve();
  // in turn, so that none comes after the window has its real deadline; a lease that was released is not brought back
  const renew = (): Promise<unknown> => {
    renewing = renewing
      .then(() => {
        const now = power.clock();
        return power.store.leases.renew(window_id, now + left, now);
      })
      .catch((error: unknown) => power.log.debug({ err: error }, 'leases could not be moved'));
    return renewing;
  };
  const timer = setInterval(() => void renew(), everyMs);
  try {
    await work();
  } finally {
    clearInterval(timer);
    await renew();
    await power.leases.refresh();
  }
}
