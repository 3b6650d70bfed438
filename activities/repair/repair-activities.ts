import type { RepairCandidate, RepairEnd, RepairView } from '../../contracts/repair.ts';

/** How a repair, or one of its steps, ends. */
export interface RepairOutcome {
  status: RepairEnd;
  cause: string | null;
  /** What happened and what to do next. */
  detail: string | null;
  /** Who cancelled it; null if nobody did. */
  cancelled_by: string | null;
}

/** What a repair may do; times in ms. */
export interface RepairBounds {
  cycles: number;
  limit_ms: number;
  /** Why it cannot begin; null if it can. */
  refused: RepairOutcome | null;
}

/** What a cycle has to try, or why the repair ends. */
export type Analysis = { candidates: number; end: null } | { candidates: 0; end: RepairOutcome };

/** How a patch ended; `again`: it was taken back, and another cycle may find another. */
export interface PatchEnd extends RepairOutcome {
  again: boolean;
}

/** The activities of a repair; each is safe to run twice with the same input. */
export interface RepairActivities {
  /** Reads the red run and the policy. */
  resolveRepair(input: { repair_id: string }): Promise<RepairBounds>;
  /**
   * Reproduces the failure three times in a copy, captures it, and writes what may mend it.
   * @param input.until when the time of the policy is over, in epoch ms; absent from runs of an older version
   */
  analyse(input: { repair_id: string; cycle: number; until?: number }): Promise<Analysis>;
  /** Tries one candidate in a copy; it stays `untried` if the time was over first. */
  tryCandidate(input: {
    repair_id: string;
    cycle: number;
    nth: number;
    until?: number;
  }): Promise<RepairCandidate['verdict']>;
  /** Makes the plan of a proved candidate, or ends a dry run with it. */
  propose(input: {
    repair_id: string;
    cycle: number;
    nth: number;
  }): Promise<{ plan_id: string } | { end: RepairOutcome }>;
  /** Waits for the end of that plan. */
  awaitPlan(input: { repair_id: string; cycle: number; plan_id: string }): Promise<PatchEnd>;
  /** Ends the plan of a cancelled repair, removes what is left of its copies, and writes its end and its folder. */
  endRepair(input: { repair_id: string; end: RepairOutcome }): Promise<RepairView>;
}
