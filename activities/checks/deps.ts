import type { ChecksPort, PlanRuns } from '../plans/ports.ts';
import type { PowerHost } from '../power/host/host.ts';
import type { TaskRunner } from '../tasks/run-to-end.ts';

/** The windows and the runs of checks, as Temporal has them. */
export interface CheckRuns extends Pick<PlanRuns, 'openWindow' | 'closeWindow'>, ChecksPort {
  /** Returns whether the run's workflow is still running. */
  checksRun(runId: string): Promise<boolean>;
}

export interface CheckDeps {
  power: PowerHost;
  /** Throws `temporal_unavailable` while Temporal is unavailable. */
  runs: () => CheckRuns;
  /** Runs the code of task checks. */
  tasks: Pick<TaskRunner, 'run'>;
  /** The folder of the reports. */
  folder: string;
  version: string;
  metrics: CheckMetrics;
}

export interface CheckMetrics {
  ended(suite: string, status: string): void;
  checked(seconds: number): void;
  /** How long the host, and not a load, set the pace of that load. */
  throttled(seconds: number): void;
}
