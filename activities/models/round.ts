import { hermesService } from '../../contracts/queues.ts';
import { isLive } from '../../domain/windows/lease.ts';
import { createStoredWorkRound } from '../stored-work.ts';
import type { ModelDeps } from './deps.ts';
import { endPull } from './end-pull.ts';

/** How often a removal that failed is tried again while hermes is awake. */
const againMs = 60_000;

/** Starts pulls that have no workflow, and ends those whose workflow is gone. */
export const createPullRound = (deps: ModelDeps): (() => Promise<void>) =>
  createStoredWorkRound(deps, {
    store: deps.store.models.pulls,
    idOf: ({ job_id }) => job_id,
    atOnce: 2,
    runs: (id) => deps.runs().pullRun(id),
    start: (pull) => deps.runs().startPull(pull),
    async endLost(pull) {
      const detail = 'The workflow of this pull is gone; pull again: it goes on from here.';
      await endPull(deps, pull, { ok: false, cause: 'lost', detail });
    },
  });

/** Stores how far the pulls of this host are. The round returns whether there are any. */
export const createProgressRound =
  ({ host, store, runs }: ModelDeps): (() => Promise<boolean>) =>
  async () => {
    const live = await store.models.pulls.live(host);
    for (const { job_id, status } of live) {
      if (!/^(downloading|resolving)$/.test(status)) continue;
      const bytes = await runs().pullBytes(job_id);
      if (bytes === null) continue;
      await store.models.pulls.change(job_id, (view) =>
        view.bytes === bytes || view.status !== status
          ? null
          : { view: { ...view, bytes }, events: [] },
      );
    }
    return live.length > 0;
  };

/** Lets hermes look at its models once in each of its windows, and whenever some are to be removed. */
export function createKeepRound({ host, store, clock, runs }: ModelDeps): () => Promise<void> {
  let windowId: string | null = null;
  let tried = { ids: '', at: 0 };
  return async () => {
    const leases = await store.leases.ofHost(host);
    const awake = leases.find(
      (one) => one.service === hermesService && one.is_open && isLive(one, clock()),
    );
    if (awake === undefined) return;
    const removing = await store.models.list({ host, status: 'removing' });
    const ids = removing.map(({ model_id }) => model_id).join();
    const isDue = ids !== '' && (ids !== tried.ids || clock() - tried.at > againMs);
    if (awake.window_id === windowId && !isDue) return;
    await runs().startKeep(host);
    windowId = awake.window_id;
    tried = { ids, at: clock() };
  };
}
