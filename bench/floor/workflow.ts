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
