import type { ProgramScan } from '../../contracts/programs.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Store } from '../../store/index.ts';

/** The calls to Temporal about a scan. */
export interface ScanRuns {
  /** Starts the scan's workflow, unless it was started already. */
  startScan(scan: ProgramScan): Promise<void>;
  /** Returns whether the scan's workflow is still running. */
  scanRun(scanId: string): Promise<boolean>;
}

export interface ScanDeps {
  host: string;
  store: Store;
  clock: Clock;
  /** Throws `temporal_unavailable` while Temporal is unavailable. */
  runs: () => ScanRuns;
  metrics: ScanMetrics;
}

export interface ScanMetrics {
  /** Counts a scan that ended. */
  ended(status: string): void;
  /** How many programs were found, and how many of them can be used. */
  found(host: string, found: number, usable: number): void;
}
