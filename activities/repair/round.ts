import { createStoredWorkRound } from '../stored-work.ts';
import type { RepairDeps } from './deps.ts';
import { endRepair } from './end.ts';

/** Starts repairs that have no workflow, and ends those whose workflow is gone. */
export const createRepairRound = (deps: RepairDeps): (() => Promise<void>) =>
  createStoredWorkRound(deps.power, {
    store: deps.power.store.repairs,
    idOf: ({ repair_id }) => repair_id,
    atOnce: 2,
    runs: (id) => deps.runs().repairRuns(id),
    start: (repair) => deps.runs().startRepair(repair),
    async endLost(repair) {
      const detail = 'The workflow of this repair is gone; start it again: vx11 repair';
      await endRepair(deps, repair, { status: 'error', cause: 'lost', detail, cancelled_by: null });
    },
  });
