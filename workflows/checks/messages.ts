import { defineSignal } from '@temporalio/workflow';
import type { Refusal } from '../../activities/checks/check-activities.ts';
import type { Actor } from '../messages.ts';

/** Input of `runChecks`. */
export interface RunChecks {
  run_id: string;
  /** The host of what is checked. */
  host: string;
  /** From an earlier run of this workflow: the checks are over, and their end is not stored yet. */
  end?: ChecksEnd;
}

/** Input of `scheduledChecks`: the host and the name of the schedule. */
export interface ScheduledChecks {
  host: string;
  name: string;
}

/** What came between the checks and their judgement. */
export interface ChecksEnd {
  cancelled: boolean;
  /** Who cancelled; null if nobody did, or Temporal itself. Absent from older runs. */
  cancelled_by?: Actor | null;
  refused: Refusal | null;
}

/** Ends a run of checks: what has not run stays so, and its window closes. Older gateways do not say who cancels. */
export const cancelChecks = defineSignal<[Actor?]>('cancelChecks');
