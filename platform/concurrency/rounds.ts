import type { Logger } from 'pino';
import { pause } from './pause.ts';

/** A kind of round that has failed each time since its last success. */
export interface FailingRound {
  round: string;
  /** Why the last one failed. */
  reason: string;
  /** Failures in a row. */
  failures: number;
  /** The time of the first of them; epoch ms. */
  since: number;
}

/** Runs the periodic rounds of a process and keeps track of those that fail. */
export interface Rounds {
  /** Runs one round; never rejects. @returns whether it succeeded */
  run(round: string, work: () => Promise<void>): Promise<boolean>;
  /** Runs rounds with a pause of `ms` between them, until `signal` aborts. */
  every(round: string, ms: number, work: () => Promise<void>, signal: AbortSignal): Promise<void>;
  failing(): FailingRound[];
}

/** Of the failures in a row of a round, the first is logged, and then every twentieth. */
const nthLogged = 20;
/** The longest reason that is published, in characters. */
const reasonLength = 300;

/** @param onFailure called for each failure; `onChange` is called when a kind of round starts or stops failing */
export function createRounds(deps: {
  log: Logger;
  onFailure?: (round: string) => void;
  onChange?: () => void;
}): Rounds {
  const failing = new Map<string, FailingRound>();
  const note = (round: string, error: unknown): void => {
    const known = failing.get(round);
    const reason = (error instanceof Error ? error.message : String(error)).slice(0, reasonLength);
    const failures = (known?.failures ?? 0) + 1;
    failing.set(round, { round, reason, failures, since: known?.since ?? Date.now() });
    deps.onFailure?.(round);
    if (failures % nthLogged === 1)
      deps.log.warn({ err: error, round, failures }, 'a round failed; the next one tries again');
    if (known === undefined) deps.onChange?.();
  };
  const run = async (round: string, work: () => Promise<void>): Promise<boolean> => {
    try {
      await work();
    } catch (error) {
      note(round, error);
      return false;
    }
    const failed = failing.get(round);
    if (failed === undefined) return true;
    failing.delete(round);
    deps.log.info({ round, failures: failed.failures }, 'a round succeeds again');
    deps.onChange?.();
    return true;
  };
  return {
    run,
    async every(round, ms, work, signal) {
      while (!signal.aborted) {
        await run(round, work);
        await pause(ms, signal);
      }
    },
    failing: () => [...failing.values()],
  };
}
