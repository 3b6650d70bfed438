import {
  allHandlersFinished,
  condition,
  defineUpdate,
  proxyActivities,
  setHandler,
} from '@temporalio/workflow';

/** Does nothing; what it costs is Temporal. */
export interface FloorActivities {
  nothing(): Promise<void>;
}
export const opened = defineUpdate<void>('opened');
export const close = defineUpdate<void>('close');

/** The messages and activities of a window, and nothing behind them: one activity to open, one to close. */
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

/** Nothing at all: what a run costs by itself. */
export async function empty(): Promise<void> {}

/** Takes updates that do nothing, until it is told to end. */
export async function patient(): Promise<void> {
  let over = false;
  setHandler(nudge, () => undefined);
  setHandler(end, () => void (over = true));
  await condition(() => over);
}
