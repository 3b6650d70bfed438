import { abortable } from '../../platform/concurrency/abortable.ts';
import { waitUntilStored } from '../reads/wait-for-store.ts';
import { takePlace } from './places.ts';
import type { AgentCall } from './tool.ts';

/** How often a waiting agent with a progress token hears that it still waits, in ms. */
const beatMs = 5000;

/**
 * Waits until a stored record differs from what it is now, for `seconds` at most.
 * @param seen what counts as a change
 * @param message the state, as progress
 * @returns the record at the end; null if there is none
 * Throws the reason why the agent is cut off.
 */
export async function waitForChange<T>(
  call: AgentCall,
  seconds: number,
  record: {
    find: () => Promise<T | null>;
    seen: (found: T) => string;
    over: (found: T) => boolean;
    message: (found: T) => string;
    part: (found: T) => number;
  },
): Promise<T | null> {
  const { find, seen, over, message, part } = record;
  const first = await find();
  if (first === null || seconds === 0 || over(first)) return first;
  const release = takePlace(call.context);
  let beats = 0;
  const say = (): void => {
    beats += 1;
    void call.progress(message(first), Math.min(0.99, part(first) + beats / 1000));
  };
  const beat = setInterval(say, beatMs);
  const late = AbortSignal.timeout(seconds * 1000);
  try {
    const before = seen(first);
    const changed = waitUntilStored(
      call.context.store,
      find,
      (now) => seen(now) !== before,
      AbortSignal.any([late, call.signal]),
    );
    const found = await abortable(changed, call.signal);
    await call.progress(message(found), part(found));
    return found;
  } catch (error) {
    if (call.signal.aborted) throw call.signal.reason;
    if (late.aborted) return await find();
    throw error;
  } finally {
    clearInterval(beat);
    release();
  }
}
