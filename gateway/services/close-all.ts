import type { Receipt, WindowView } from '../../contracts/window.ts';
import type { Actor } from '../../workflows/messages.ts';
import type { GatewayContext } from '../context.ts';

const atOnce = 8;
const straysLimitMs = 120_000;

/** The windows and strays that applying the policy ended. */
export interface Applied {
  windows_closed: string[];
  /** Their services still stop, and their receipts follow. */
  windows_closing: string[];
  strays_ended: string[];
  receipts: Receipt[];
}

/**
 * Closes all live windows, a few at a time. Then ends what runs without a window on every host, even if a window could not
 * be closed. Idempotent. Throws the first failure once everything was tried.
 */
export async function closeAll(context: GatewayContext, sender: Actor): Promise<Applied> {
  await context.windows.requireMadre();
  const { windows, catalogs } = await context.model.snapshot();
  const message = { ...sender, reason: 'solo madre was applied', closed_by: 'policy' as const };
  const closed = await inBatches(windows, (view) => context.windows.end(view, message));
  const strays = await inBatches(catalogs, ({ host }) =>
    context.temporal.endStrays({ ...sender, host }, { limitMs: straysLimitMs }),
  );
  const applied = {
    windows_closed: idsOf(closed.done, (view) => view.state !== 'closing'),
    windows_closing: idsOf(closed.done, (view) => view.state === 'closing'),
    strays_ended: strays.done.flatMap(({ services }) => services),
    receipts: closed.done.flatMap(({ ended }) => ended.receipt ?? []),
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
  const [failure] = [...closed.failures, ...strays.failures];
  if (failure !== undefined) throw failure.reason;
  return applied;
}

const idsOf = (closed: { ended: WindowView }[], matches: (view: WindowView) => boolean): string[] =>
  closed.flatMap(({ ended }) => (matches(ended) ? [ended.window_id] : []));

/** Runs `work` on at most `atOnce` items at a time; a failure does not stop the others. */
async function inBatches<T, R>(
  items: T[],
  work: (item: T) => Promise<R>,
): Promise<{ done: R[]; failures: PromiseRejectedResult[] }> {
  const results: PromiseSettledResult<R>[] = [];
  for (let at = 0; at < items.length; at += atOnce) {
    results.push(...(await Promise.allSettled(items.slice(at, at + atOnce).map(work))));
  }
  return {
    done: results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : [])),
    failures: results.filter((result) => result.status === 'rejected'),
  };
}
