import { createStoredWorkRound } from '../stored-work.ts';
import type { ScanDeps } from './deps.ts';
import { endScan } from './end-scan.ts';

/** Starts scans that have no workflow, and ends those whose workflow is gone. */
export const createScanRound = (deps: ScanDeps): (() => Promise<void>) =>
  createStoredWorkRound(deps, {
    store: deps.store.programs,
    idOf: ({ scan_id }) => scan_id,
    atOnce: 2,
    runs: (id) => deps.runs().scanRun(id),
    start: (scan) => deps.runs().startScan(scan),
    async endLost(scan) {
      const detail = 'The workflow of this scan is gone; start it again.';
      await endScan(deps, scan, { ok: false, cause: 'lost', detail });
    },
  });
