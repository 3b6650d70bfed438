import { CancellationScope, patched } from '@temporalio/workflow';
import type { EndStrays, RestartService, StraysEnded } from './messages.ts';
import { powerOn, restartsOn } from './proxies.ts';

/** Stops everything on a host that runs without a window. */
export async function endStrays({ host, ...by }: EndStrays): Promise<StraysEnded> {
  return { services: await powerOn(host).asked.endStrays(by) };
}

/** Restarts one service inside a window that holds it, once over all tries, and waits until it is ready. */
export async function restartService({ host, ...request }: RestartService): Promise<void> {
  const { asked, closing } = powerOn(host);
  if (!patched('restart-once')) return asked.restartService(request);
  const { containers, limit_ms } = await asked.lookBeforeRestart(request);
  const order = { ...request, containers };
  try {
    await restartsOn(host, limit_ms).restartService(order);
  } catch (error) {
    // after a cancellation, a timeout or the last try the service may be stopped
    await CancellationScope.nonCancellable(() => closing.startAgain(order));
    throw error;
  }
}
