import { z } from 'zod';
import type { Address } from './relay.ts';

const closeLimitMs = 15_000;
const countLimitMs = 2_000;
const state = z.object({ active_windows: z.array(z.unknown()) });

/** Calls the gateway as its admin. */
const call = (gateway: Address, token: string, method: string, path: string, limitMs: number) =>
  fetch(`http://${gateway.host}:${gateway.port}${path}`, {
    method,
    headers: { 'x-vx11-token': token },
    signal: AbortSignal.timeout(limitMs),
  });

/** How many windows are open; undefined when the gateway does not say. */
export async function countWindows(gateway: Address, token: string): Promise<number | undefined> {
  try {
    const answer = await call(gateway, token, 'GET', '/operator/power/state', countLimitMs);
    return answer.ok ? state.parse(await answer.json()).active_windows.length : undefined;
  } catch {
    return undefined;
  }
}

/** Ends all windows and waits until their services are down. Throws when that is not sure within 15 s. */
export async function closeWindows(gateway: Address, token: string): Promise<void> {
  const path = '/operator/power/policy/solo_madre/apply';
  const answer = await call(gateway, token, 'POST', path, closeLimitMs);
  if (!answer.ok) throw new Error(`the gateway answered ${answer.status}`);
  await answer.body?.cancel();
}
