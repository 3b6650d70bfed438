import type { EndStrays, RestartService, StraysEnded } from './messages.ts';
import { powerOn } from './proxies.ts';

/** Takes down everything on a host that runs without a window. */
export async function endStrays({ host, ...by }: EndStrays): Promise<StraysEnded> {
  return { services: await powerOn(host).asked.endStrays(by) };
}

/** Stops and starts one service inside the window that holds it. */
export async function restartService({ host, ...request }: RestartService): Promise<void> {
  await powerOn(host).asked.restartService(request);
}
