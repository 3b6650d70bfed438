import type { z } from 'zod';
import type { componentStatus } from '../../contracts/operator.ts';
import type { GatewayContext } from '../context.ts';

/** Whether every message to people was accepted, or still may be. */
export async function deadNotices({
  store,
}: Pick<GatewayContext, 'store'>): Promise<z.infer<typeof componentStatus>> {
  const counts = await store().messages.counts();
  const dead = counts.filter((one) => one.dead > 0);
  if (dead.length > 0) {
    const what = dead.map((one) => `${one.dead} to ${one.channel} on ${one.host}`).join(', ');
    const reason = `messages could not be sent: ${what}; vx11 notify outbox --status dead says why`;
    return { status: 'degraded', reason: reason.slice(0, 500) };
  }
  const failing = counts.filter((one) => one.failing).map(({ channel }) => channel);
  if (failing.length === 0) return { status: 'ok' };
  return { status: 'ok', reason: `tried again: ${failing.join(', ')}`.slice(0, 500) };
}
