import type { WindowView } from '../../contracts/window.ts';
import { pause } from '../../platform/concurrency/pause.ts';
import { maxTtl } from './start/take-down.ts';
import { lockOf, type PowerHost } from './host/host.ts';

const checkMs = 1000;

/**
 * Keeps the leases of a window in the future while it opens, since a pull, or a job that other services wait for, has
 * no time limit. If this process dies, the leases run out and the guard stops what runs. Meanwhile the window shows
 * which jobs it waits for.
 * @param deadline the current deadline of the leases (epoch ms); null on hold
 */
export async function whileOpening<T>(
  power: PowerHost,
  view: WindowView,
  deadline: number | null,
  work: (onJobs: (jobs: readonly string[]) => void) => Promise<T>,
): Promise<T> {
  const over = new AbortController();
  let jobs = '';
  const holding = hold(power, view, deadline, over.signal, () => jobs);
  try {
    return await work((names) => void (jobs = names.toSorted().join(', ')));
  } finally {
    over.abort();
    await holding;
  }
}

async function hold(
  power: PowerHost,
  view: WindowView,
  deadline: number | null,
  signal: AbortSignal,
  jobs: () => string,
): Promise<void> {
  const spanMs = deadline === null ? null : deadline - power.clock();
  let until = deadline;
  let shown = '';
  while (await pause(checkMs, signal)) {
    try {
      if (jobs() !== shown) {
        shown = jobs();
        const waiting_for = shown === '' ? null : `${shown} to end`;
        await power.store.windows.save({ ...view, waiting_for }, []);
      }
      if (until === null || spanMs === null || until - power.clock() > spanMs / 2) continue;
      const next = power.clock() + spanMs;
      // leases that were released or have run out are not renewed
      if (!(await power.store.leases.renew(view.window_id, next, power.clock()))) return;
      until = next;
      await power.leases.refresh();
      await updateGuard(power, view.members);
    } catch (error) {
      power.log.warn(
        { err: error },
        'the leases of an opening window could not be renewed; trying again',
      );
    }
  }
}

/** Writes the current leases of these services to the guard's files. */
export async function updateGuard(power: PowerHost, services: readonly string[]): Promise<void> {
  await Promise.all(
    services.map((name) =>
      power.lock.run(lockOf(name), () =>
        power.guardFiles.write(name, power.leases.live(name), maxTtl(power, name)),
      ),
    ),
  );
}
