import { setTimeout as sleep } from 'node:timers/promises';

/** Waits `ms`, or until `signal` aborts; never rejects. @returns whether the time passed without an abort */
export const pause = (ms: number, signal?: AbortSignal): Promise<boolean> =>
  sleep(ms, true, signal === undefined ? {} : { signal }).catch(() => false);
