import type { Receipt } from '../contracts/window.ts';
import type { Sender } from '../workflows/messages.ts';
import type { GatewayContext } from './context.ts';

const atOnce = 8;
const straysLimitMs = 120_000;

/** What applying the policy ended. */
export interface Applied {
  windows_closed: string[];
  strays_ended: string[];
  receipts: Receipt[];
}

/** Closes all live windows, a few at a time, then ends what runs without one on every host. Idempotent. */
export async function applySoloMadre(context: GatewayContext, sender: Sender): Promise<Applied> {
  await context.windows.requireMadre();
  const { windows, catalogs } = await context.model.snapshot();
  const message = { ...sender, reason: 'solo madre was applied', closed_by: 'policy' as const };
  const closed = await inBatches(windows, (view) => context.windows.end(view, message));
  const strays = await inBatches(catalogs, ({ host }) =>
    context.temporal.endStrays({ ...sender, host }, { limitMs: straysLimitMs }),
  );
  const applied = {
    windows_closed: closed.map(({ ended }) => ended.window_id),
    strays_ended: strays.flatMap(({ services }) => services),
    receipts: closed.flatMap(({ ended }) => ended.receipt ?? []),
  };
  await context.store().events.append([
    {
      type: 'policy.applied',
      at: context.clock(),
      actor: sender.actor,
      correlation_id: sender.correlation_id,
      payload: { windows_closed: applied.windows_closed, strays_ended: applied.strays_ended },
    },
  ]);
  return applied;
}

/** At most `atOnce` at a time; all are tried before the first failure is thrown. */
async function inBatches<T, R>(items: T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: PromiseSettledResult<R>[] = [];
  for (let at = 0; at < items.length; at += atOnce) {
    results.push(...(await Promise.allSettled(items.slice(at, at + atOnce).map(work))));
  }
  return results.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}
