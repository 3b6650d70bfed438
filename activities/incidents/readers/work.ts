import type { WorkFact } from '../../../domain/incidents/facts.ts';
import type { Store } from '../../../store/index.ts';

/** What is past its end by less is about to end. */
const graceMs = 120_000;

/** What should have ended by now, from the store alone. */
export const readWork =
  ({ host, store, clock }: { host: string; store: Store; clock: () => number }) =>
  async (): Promise<WorkFact> => {
    const now = clock();
    const [live, leases, tasks] = await Promise.all([
      store.windows.live(),
      store.leases.ofHost(host),
      store.tasks.live(),
    ]);
    const late = (ends_at: string | null): number =>
      ends_at === null ? 0 : now - Date.parse(ends_at);
    const known = new Set(live.map(({ window_id }) => window_id));
    return {
      late_windows: live
        .filter((view) => view.host === host && late(view.expires_at) > graceMs)
        .map(({ window_id, expires_at }) => ({ window_id, late_ms: late(expires_at) })),
      lost_leases: leases
        .filter(({ window_id }) => !known.has(window_id))
        .map(({ window_id, service }) => ({ window_id, service })),
      late_tasks: tasks
        .filter(({ view }) => view.host === host && late(view.expires_at) > graceMs)
        .map(({ view }) => ({ spawn_id: view.spawn_id, late_ms: late(view.expires_at) })),
    };
  };
