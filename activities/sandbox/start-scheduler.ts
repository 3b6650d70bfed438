import pLimit from 'p-limit';

/** Orders starts and removals at the Engine, which handles a few containers a second: tasks that wait come first. */
export interface StartScheduler {
  /** Starts a sandbox that a task waits for. */
  now<T>(work: () => Promise<T>): Promise<T>;
  /** Reports that a task has started in a ready sandbox: more may follow at once. */
  begun(): void;
  /** Runs work that no task waits for: when no task is starting or has just started, or after 10 s at the latest. */
  later<T>(work: () => Promise<T>): Promise<T>;
  /** Like `later`, but also right after a task has started, since the next task may need it soon. */
  soon<T>(work: () => Promise<T>): Promise<T>;
  /** Runs all queued work now, since its memory is needed. */
  hurry(): void;
}

const mostWaitMs = 10_000;
/** While many tasks start, the next one follows within this time: a shorter pause does not count as calm. */
const calmMs = 200;

interface Waiting {
  /** ms of `performance.now`. */
  due: number;
  untilCalm: boolean;
  go(): Promise<void>;
}

export function createStartScheduler(cores: number): StartScheduler {
  // more parallel starts would delay all of them
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
    const turnAt = ({ due, untilCalm }: Waiting): number =>
      startsUnderWay > 0 ? due : Math.min(due, untilCalm ? calmAt : now);
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
  const queued = <T>(work: () => Promise<T>, untilCalm: boolean): Promise<T> =>
    new Promise((resolve, reject) => {
      const go = async (): Promise<void> => {
        try {
          resolve(await work());
        } catch (error) {
          reject(error);
        }
      };
      waiting.push({ due: performance.now() + mostWaitMs, untilCalm, go });
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
