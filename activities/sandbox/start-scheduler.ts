import pLimit from 'p-limit';

/** Whose turn it is at the Engine, which makes a few containers a second: what a task waits for goes first. */
export interface StartScheduler {
  /** The start of a sandbox that a task waits for. */
  now<T>(work: () => Promise<T>): Promise<T>;
  /** A task has begun in a sandbox that stood ready: in a crowd the next one follows at once. */
  begun(): void;
  /** What nobody waits for: goes when no task is starting and none has just begun, at the latest after some seconds. */
  later<T>(work: () => Promise<T>): Promise<T>;
  /** The same, but does not mind that one has just begun: whoever sends one after the other waits for it soon. */
  soon<T>(work: () => Promise<T>): Promise<T>;
  /** What waits for its turn by now takes it: somebody needs the room. */
  hurry(): void;
}

const mostWaitMs = 10_000;
/** In a crowd the next task begins within this: a pause so short is none. */
const calmMs = 200;

interface Waiting {
  /** ms of `performance.now`. */
  due: number;
  patient: boolean;
  go(): Promise<void>;
}

export function createStartScheduler(cores: number): StartScheduler {
  // more starts at once make all of them late
  const starts = pLimit(cores * 2);
  const waiting: Waiting[] = [];
  let startsUnderWay = 0;
  let calmAt = 0;
  let active = 0;
  let timer: NodeJS.Timeout | undefined;

  const begun = (): void => {
    calmAt = performance.now() + calmMs;
  };
  const pump = (): void => {
    clearTimeout(timer);
    const now = performance.now();
    const turnAt = ({ due, patient }: Waiting): number =>
      startsUnderWay > 0 ? due : Math.min(due, patient ? calmAt : now);
    while (active < cores) {
      const next = waiting.findIndex((one) => turnAt(one) <= now);
      if (next === -1) break;
      active += 1;
      const [one] = waiting.splice(next, 1);
      void one!.go().finally(() => {
        active -= 1;
        pump();
      });
    }
    if (active < cores && waiting.length > 0)
      timer = setTimeout(pump, Math.max(1, Math.min(...waiting.map(turnAt)) - now));
  };
  const queued = <T>(work: () => Promise<T>, patient: boolean): Promise<T> =>
    new Promise((resolve, reject) => {
      const go = async (): Promise<void> => {
        try {
          resolve(await work());
        } catch (error) {
          reject(error);
        }
      };
      waiting.push({ due: performance.now() + mostWaitMs, patient, go });
      pump();
    });
  return {
    begun,
    async now(work) {
      startsUnderWay += 1;
      try {
        return await starts(work);
      } finally {
        startsUnderWay -= 1;
        begun();
        pump();
      }
    },
    later: (work) => queued(work, true),
    soon: (work) => queued(work, false),
    hurry() {
      for (const one of waiting) one.due = 0;
      pump();
    },
  };
}
