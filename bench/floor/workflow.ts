import {
  allHandlersFinished,
  condition,
  defineUpdate,
  proxyActivities,
  setHandler,
} from '@temporalio/workflow';

/** An activity that does nothing, so that only Temporal's own time is measured. */
export interface FloorActivities {
  nothing(): Promise<void>;
}
export const opened = defineUpdate<void>('opened');
export const close = defineUpdate<void>('close');

/** The messages and activities of a window without any work: one activity to open, one to close. */
export async function emptyWindow(activityQueue: string): Promise<void> {
  const { nothing } = proxyActivities<FloorActivities>({
    taskQueue: activityQueue,
    startToCloseTimeout: '10s',
  });
  let state: 'opening' | 'open' | 'closing' | 'closed' = 'opening';
  setHandler(opened, () => condition(() => state === 'open').then(() => undefined));
  setHandler(close, async () => {
    state = 'closing';
    await condition(() => state === 'closed');
  });
  await nothing();
  state = 'open';
  await condition(() => state === 'closing');
  await nothing();
  state = 'closed';
  await condition(allHandlersFinished);
}

export const nudge = defineUpdate<void>('nudge');
export const end = defineUpdate<void>('end');

/** Does nothing, so that only the run itself is measured. */
export async function empty(): Promise<void> {}

/** Accepts updates that do nothing, until `end`. */
export async function waiting(): Promise<void> {
  let over = false;
  setHandler(nudge, () => undefined);
  setHandler(end, () => void (over = true));
  await condition(() => over);
}
