import { z } from 'zod';
import type { Address } from './temporal/relay.ts';

const readLimitMs = 2_000;
/** Covers the services' stop grace periods; all windows close at the same time. */
const closeLimitMs = 45_000;
const state = z.object({
  active_windows: z.array(z.object({ window_id: z.string(), host: z.string() })),
});

/** The gateway's address and the admin token. */
export interface GatewayAccess {
  gateway: Address;
  token: string;
}

function call(
  { gateway, token }: GatewayAccess,
  path: string,
  init: RequestInit,
  limitMs: number,
): Promise<Response> {
  return fetch(`http://${gateway.host}:${gateway.port}${path}`, {
    ...init,
    headers: { 'x-vx11-token': token, 'content-type': 'application/json' },
    signal: AbortSignal.timeout(limitMs),
  });
}

/** Returns the ids of this host's live windows, not those of other hosts. Throws if the gateway does not answer within 2 s. */
export async function liveWindows(access: GatewayAccess, host: string): Promise<string[]> {
  const answer = await call(access, '/operator/power/state', { method: 'GET' }, readLimitMs);
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
