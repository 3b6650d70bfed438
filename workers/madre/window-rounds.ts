import type { PowerHost } from '../../activities/power/host/host.ts';
import { createWindowReconcile } from '../../activities/power/reconcile-windows.ts';
import type { ReleaseIdle } from '../../activities/power/usage.ts';
import { allDone } from '../../platform/concurrency/all-done.ts';
import type { WindowRuns } from '../temporal/runs/window-runs.ts';
import type { TemporalConnection } from './temporal-connection.ts';

/** Makes the round that ends windows whose workflow is late, or gone from Temporal. */
export function reconciling(power: PowerHost, connection: TemporalConnection): () => Promise<void> {
  const windows = (): WindowRuns => {
    if (connection.windows === null) throw new Error('Temporal is away');
    return connection.windows;
  };
  return createWindowReconcile(power, {
    runs: async (windowId) => windows().runs(windowId),
    closeLate: async (windowId) => windows().closeLate(windowId),
  });
}

/** What the usage round does with an idle service: its windows release it. */
export const releasing =
  (connection: TemporalConnection): ReleaseIdle =>
  async (service, windowIds) => {
    await allDone(windowIds.map(async (id) => connection.windows?.releaseIdle(id, service)));
  };
