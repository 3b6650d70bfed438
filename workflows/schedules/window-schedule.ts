import { condition, continueAsNew, setCurrentDetails, setHandler } from '@temporalio/workflow';
import { windowSchedulesOn } from '../proxies.ts';
import { scheduleChanged, type WindowSchedule } from './messages.ts';

/** A timer that is longer is set again: the clock of the server may have been set meanwhile. */
const longestMs = 86_400_000;
/** The clock of the host may be a little behind that of the server. */
const leastMs = 500;

/** Waits for the next time of a scheduled window, and has it opened; everything else is in the store. */
export async function windowSchedule(input: WindowSchedule): Promise<void> {
  let changed = false;
  setHandler(scheduleChanged, () => void (changed = true));
  const { next_at } = await windowSchedulesOn(input.host).attendSchedule({ name: input.name });
  if (next_at === null && !changed) {
    setCurrentDetails('paused, wrong or removed');
    return;
  }
  if (next_at !== null && !changed) {
    setCurrentDetails(`next at ${new Date(next_at).toISOString()}`);
    const wait = Math.min(longestMs, Math.max(leastMs, next_at - Date.now()));
    await condition(() => changed, wait, { summary: 'until the next time' });
  }
  await continueAsNew<typeof windowSchedule>(input);
}
