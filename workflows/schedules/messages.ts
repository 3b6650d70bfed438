import { defineSignal } from '@temporalio/workflow';

/** Input of `windowSchedule`. */
export interface WindowSchedule {
  host: string;
  name: string;
}

/** Makes a scheduled window look again: it was changed, paused, resumed or removed. */
export const scheduleChanged = defineSignal('scheduleChanged');
