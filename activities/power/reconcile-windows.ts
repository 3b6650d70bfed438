import type { WindowView } from '../../contracts/window.ts';
import { endWindow, failWindow } from './closing.ts';
import { forgetWindow, windowsHeldFor } from './host/held.ts';
import type { PowerHost } from './host/host.ts';
import { createBoundedRound, throwFailures } from '../../platform/concurrency/bounded-round.ts';

/** Temporal calls for windows. Both throw while Temporal is unavailable. */
export interface WindowWorkflows {
  /** Whether the window's workflow is running. */
  runs(windowId: string): Promise<boolean>;
  /** Signals a workflow that its deadline has passed. */
  closeLate(windowId: string): Promise<void>;
}

const youngMs = 10_000;
/** This long after its deadline, the window's workflow should have closed it. */
const lateMs = 3000;
const everyMs = 60_000;
/** Ending a window takes as long as its services take to stop; other windows are handled in parallel. */
const bounds = { atOnce: 8, ms: 4000 };

const isLate = (view: WindowView, now: number): boolean =>
  view.expires_at !== null && now - Date.parse(view.expires_at) > lateMs;

/**
 * Ends windows whose workflow is gone: terminated by hand, lost with Temporal's data, or never started because the
 * gateway died between writing the request and starting the workflow. A round throws if a window could not be
 * handled.
 */
export function createWindowReconcile(
  power: PowerHost,
  workflows: WindowWorkflows,
): () => Promise<void> {
  const checkedAt = new Map<string, number>();
  const forgetting = createBoundedRound<string>(bounds, (id) => id);
  const checking = createBoundedRound<WindowView>(bounds, ({ window_id }) => window_id);
  const due = (view: WindowView, now: number): boolean => {
    if (now - Date.parse(view.requested_at) < youngMs) return false;
    return (
      isLate(view, now) ||
      view.state !== 'open' ||
      now - (checkedAt.get(view.window_id) ?? 0) > everyMs
    );
  };
  return async () => {
    const now = power.clock();
    const swept = await power.store.leases.sweep(power.host);
    if (swept > 0) power.log.warn({ swept }, 'leases of ended windows were deleted');
    const heldFor = windowsHeldFor(power);
    const live = await power.store.windows.live(power.host);
    const ids = new Set(live.map((view) => view.window_id));
    // a worker that died right after writing a receipt leaves these behind
    const forgotten = await forgetting(
      [...heldFor].filter((id) => !ids.has(id)),
      (id) => forgetWindow(power, id),
    );
    for (const id of checkedAt.keys()) if (!ids.has(id)) checkedAt.delete(id);
    const checked = await checking(
      live.filter((view) => due(view, now)),
      async (view) => {
        checkedAt.set(view.window_id, now);
        if (!(await workflows.runs(view.window_id))) await endOrphan(power, view);
        // the workflow's timer depends on a clock that may have been set back; the host's clock never goes back
        else if (isLate(view, now)) await workflows.closeLate(view.window_id);
      },
    );
    throwFailures(forgotten, checked);
  };
}

async function endOrphan(power: PowerHost, view: WindowView): Promise<void> {
  const cause = {
    actor: 'settle_loop',
    window_id: view.window_id,
    correlation_id: view.correlation_id,
  };
  const reason = 'its workflow is gone from Temporal';
  power.log.warn({ window_id: view.window_id }, `ending a window: ${reason}`);
  if (view.opened_at === null) {
    const detail = 'it was never opened; ask again';
    const failures = view.services.map(
      (service) => ({ service, error: 'start_failed', detail }) as const,
    );
    await failWindow(power, view, failures, cause);
  } else await endWindow(power, view, { closed_by: 'settle_loop', reason }, cause);
}
