import type { WindowView } from '../../contracts/window.ts';
import { endWindow, failWindow } from './closing.ts';
import { forgetWindow, windowsHeldFor } from './host/held.ts';
import type { PowerHost } from './host/host.ts';
import { createBoundedRound, throwFailures } from '../../platform/concurrency/bounded-round.ts';

/** What is asked of Temporal. Both throw while it is away. */
export interface WindowWorkflows {
  /** Does the window's workflow still run? */
  runs(windowId: string): Promise<boolean>;
  /** Tells a workflow that its deadline has passed. */
  closeLate(windowId: string): Promise<void>;
}

const youngMs = 10_000;
/** Past its deadline by this long, a window's workflow ought to have closed it. */
const lateMs = 3000;
const everyMs = 60_000;
/** An ending takes as long as its services take to stop; the rest has its turn meanwhile. */
const bounds = { atOnce: 8, ms: 4000 };

const isLate = (view: WindowView, now: number): boolean =>
  view.expires_at !== null && now - Date.parse(view.expires_at) > lateMs;

/**
 * Ends windows whose workflow is gone: terminated by hand, lost with Temporal's data, or never started because the
 * gateway died between writing the request and starting it. A round throws where one of them could not be looked after.
 */
export function createWindowReconcile(
  power: PowerHost,
  workflows: WindowWorkflows,
): () => Promise<void> {
  const looked = new Map<string, number>();
  const forgetting = createBoundedRound<string>(bounds, (id) => id);
  const looking = createBoundedRound<WindowView>(bounds, ({ window_id }) => window_id);
  const due = (view: WindowView, now: number): boolean => {
    if (now - Date.parse(view.requested_at) < youngMs) return false;
    return (
      isLate(view, now) ||
      view.state !== 'open' ||
      now - (looked.get(view.window_id) ?? 0) > everyMs
    );
  };
  return async () => {
    const now = power.clock();
    const swept = await power.store.leases.sweep(power.host);
    if (swept > 0) power.log.warn({ swept }, 'leases of windows that have ended were dropped');
    const heldFor = windowsHeldFor(power);
    const live = await power.store.windows.live(power.host);
    const ids = new Set(live.map((view) => view.window_id));
    // left behind by a worker that died right after a receipt
    const forgotten = await forgetting(
      [...heldFor].filter((id) => !ids.has(id)),
      (id) => forgetWindow(power, id),
    );
    for (const id of looked.keys()) if (!ids.has(id)) looked.delete(id);
    const lookedAt = await looking(
      live.filter((view) => due(view, now)),
      async (view) => {
        looked.set(view.window_id, now);
        if (!(await workflows.runs(view.window_id))) await endOrphan(power, view);
        // its timer goes by a clock that may have been set back; ours does not go back
        else if (isLate(view, now)) await workflows.closeLate(view.window_id);
      },
    );
    throwFailures(forgotten, lookedAt);
  };
}

async function endOrphan(power: PowerHost, view: WindowView): Promise<void> {
  const cause = {
    actor: 'settle_loop',
    window_id: view.window_id,
    correlation_id: view.correlation_id,
  };
  const reason = 'its workflow is gone from Temporal';
  power.log.warn({ window_id: view.window_id }, `a window is ended: ${reason}`);
  if (view.opened_at === null) {
    const detail = 'it was never opened; ask again';
    const failures = view.services.map(
      (service) => ({ service, error: 'start_failed', detail }) as const,
    );
    await failWindow(power, view, failures, cause);
  } else await endWindow(power, view, { closed_by: 'settle_loop', reason }, cause);
}
