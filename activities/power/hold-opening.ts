import type { WindowView } from '../../contracts/window.ts';
import { pause } from '../../platform/concurrency/pause.ts';
import { maxTtl } from './start/take-down.ts';
import { lockOf, type PowerHost } from './host/host.ts';

const lookMs = 1000;

/**
 * Keeps the leases of a window ahead of now for as long as it opens, since a pull, or a job that others wait for, has no limit; where
 * this process dies, they run out, and the guard ends what runs. Says meanwhile which jobs are waited for.
 * @param deadline that the leases have now (epoch ms); null on hold
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
  let told = '';
  while (await pause(lookMs, signal)) {
    try {
      if (jobs() !== told) {
        told = jobs();
        const waiting_for = told === '' ? null : `${told} to end`;
        await power.store.windows.save({ ...view, waiting_for }, []);
      }
      if (until === null || spanMs === null || until - power.clock() > spanMs / 2) continue;
      const next = power.clock() + spanMs;
      // leases that were let go, or have run out, are not revived
      if (!(await power.store.leases.renew(view.window_id, next, power.clock()))) return;
      until = next;
      await power.leases.refresh();
      await tellGuard(power, view.members);
    } catch (error) {
      power.log.warn({ err: error }, 'the leases of a window that opens could not be moved yet');
    }
  }
}

/** Brings the guard's files of these services up to their leases. */
export async function tellGuard(power: PowerHost, services: readonly string[]): Promise<void> {
  await Promise.all(
    services.map((name) =>
      power.lock.run(lockOf(name), () =>
        power.guardFiles.write(name, power.leases.live(name), maxTtl(power, name)),
      ),
    ),
  );
}
