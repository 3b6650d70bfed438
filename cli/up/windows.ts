import { z } from 'zod';
import { retry } from '../../platform/concurrency/retry.ts';

const readLimitMs = 2_000;
const backoff = { firstMs: 50, longestMs: 200 };
/** Covers the services' stop grace periods; all windows close at the same time. */
const closeLimitMs = 45_000;
const state = z.object({
  active_windows: z.array(z.object({ window_id: z.string(), host: z.string() })),
});

/** The gateway's address, what calls it, and the admin token. */
export interface GatewayAccess {
  url: string;
  send: typeof fetch;
  token: string;
}

function call(
  { url, send, token }: GatewayAccess,
  path: string,
  init: RequestInit,
  limitMs: number,
): Promise<Response> {
  return send(url + path, {
    ...init,
    headers: { 'x-vx11-token': token, 'content-type': 'application/json' },
    signal: AbortSignal.timeout(limitMs),
  });
}

/**
 * Returns the ids of this host's live windows, not those of other hosts. Throws if the gateway does not answer within 2 s.
 * @param startMs how long a gateway that is being started again may take until it listens
 */
export async function liveWindows(
  access: GatewayAccess,
  host: string,
  startMs: number,
): Promise<string[]> {
  const ask = () => call(access, '/operator/power/state', { method: 'GET' }, readLimitMs);
  // without a connection, fetch throws a TypeError
  const isWorth = (error: unknown): boolean => error instanceof TypeError;
  const answer = await retry(ask, { backoff, withinMs: startMs, isWorth });
  if (!answer.ok) throw new Error(`the gateway answered ${answer.status}`);
  const { active_windows } = state.parse(await answer.json());
  return active_windows.flatMap((view) => (view.host === host ? [view.window_id] : []));
}

/** Closes windows and waits up to 45 s until their services are down. Returns the reason for each that did not close. */
export async function closeWindows(access: GatewayAccess, ids: string[]): Promise<string[]> {
  const reasons = await Promise.all(
    ids.map(async (window_id) => {
      const body = JSON.stringify({ window_id, reason: 'VX11 was stopped' });
      try {
        const init = { method: 'POST', body };
        const answer = await call(access, '/vx11/window/close', init, closeLimitMs);
        await answer.body?.cancel();
        return answer.ok ? [] : [`the gateway answered ${answer.status}`];
      } catch (error) {
        return [(error as Error).message];
      }
    }),
  );
  return reasons.flat();
}
