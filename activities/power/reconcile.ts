import type { WindowView } from '../../contracts/window.ts';
import { endWindow, failWindow } from './closing.ts';
import type { PowerHost } from './host.ts';

/** Whether a window's workflow still runs, as Temporal says. Throws while Temporal is away. */
export type WorkflowRuns = (windowId: string) => Promise<boolean>;

const youngMs = 10_000;
/** Past its deadline by this long, a window's workflow ought to have closed it. */
const lateMs = 3000;
const everyMs = 60_000;

/**
 * Ends windows whose workflow is gone: terminated by hand, lost with Temporal's data, or never started because the
 * gateway died between writing the request and starting it.
 */
export function createReconcile(power: PowerHost, runs: WorkflowRuns): () => Promise<void> {
  const looked = new Map<string, number>();
  const due = (view: WindowView, now: number): boolean => {
    if (now - Date.parse(view.requested_at) < youngMs) return false;
    const late = view.expires_at !== null && now - Date.parse(view.expires_at) > lateMs;
    return late || view.state !== 'open' || now - (looked.get(view.window_id) ?? 0) > everyMs;
  };
  return async () => {
    const now = power.clock();
    for (const view of await power.store.windows.live(power.host)) {
      if (!due(view, now)) continue;
      looked.set(view.window_id, now);
      if (await runs(view.window_id)) continue;
      await endOrphan(power, view);
      looked.delete(view.window_id);
    }
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
