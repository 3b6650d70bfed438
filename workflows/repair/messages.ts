import { defineSignal } from '@temporalio/workflow';
import type { RepairOutcome } from '../../activities/repair/repair-activities.ts';
import type { Actor } from '../messages.ts';

/** Input of `repair`. */
export interface Repair {
  repair_id: string;
  /** The host of what is repaired. */
  host: string;
  /** From an earlier run of this workflow: the work is over, and its end is not stored yet. */
  end?: RepairOutcome;
}

/** Ends a repair: what it tries is given up, and a patch that is applied is taken back. */
export const cancelRepair = defineSignal<[Actor]>('cancelRepair');
