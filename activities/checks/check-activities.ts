import type { CheckRunView } from '../../contracts/checks.ts';

/** What a run of checks needs; ids and times only, no requests. */
export interface ResolvedRun {
  /** What has to be awake, in a window of the run's own; empty if nothing has to be woken. */
  services: string[];
  /** The TTL of that window, and how long the checks may take, in ms. */
  ttl_ms: number;
  limit_ms: number;
  /** Why nothing can be run; null if it can. */
  refused: Refusal | null;
}

export interface Refusal {
  cause: string;
  detail: string;
}

/** Who cancelled a run. */
export interface RunCanceller {
  actor: string;
  principal?: string;
}

/** The activities of a run of checks; each is safe to run twice with the same input. */
export interface CheckActivities {
  /** Reads the run's suites, and writes its checks as not run. */
  resolveChecks(input: { run_id: string }): Promise<ResolvedRun>;
  /** Opens the run's window and waits until it is open or has failed. @returns why there is none */
  openForChecks(input: {
    run_id: string;
    services: string[];
    ttl_ms: number;
  }): Promise<Refusal | null>;
  /**
   * Runs the checks that have not run, and writes each result. A retry continues; a check that had an effect and has no
   * result stays `interrupted`.
   */
  performChecks(input: { run_id: string }): Promise<void>;
  /** Closes the run's window, if it has one, and waits for the receipt. */
  closeAfterChecks(input: { run_id: string }): Promise<void>;
  /** Writes the end of the run, its report and its event. */
  endChecks(input: {
    run_id: string;
    cancelled: boolean;
    /** Absent from runs that an older version began. */
    cancelled_by?: RunCanceller | null;
    refused: Refusal | null;
  }): Promise<CheckRunView>;
}
