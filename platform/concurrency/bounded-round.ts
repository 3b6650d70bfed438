import { TimeoutError, timeout } from './timeout.ts';

export interface RoundBounds {
  /** The number of items at the same time. */
  atOnce: number;
  /** After this time, in ms, no item starts, and the round no longer waits for running ones. */
  ms: number;
}

/** The outcome of a round: how many items are done, which failed, and how many are left for the next round. */
export interface RoundOutcome {
  done: number;
  failures: { key: string; error: unknown }[];
  left: number;
}

/** Some items of a round failed; the others were handled. */
export class RoundError extends Error {
  override name = 'RoundError';
  readonly failures: RoundOutcome['failures'];

  constructor(outcome: RoundOutcome) {
    const [first] = outcome.failures;
    const of = outcome.done + outcome.failures.length + outcome.left;
    const reason = first?.error instanceof Error ? first.error.message : String(first?.error);
    super(`${outcome.failures.length} of ${of} failed; ${first?.key}: ${reason}`, {
      cause: first?.error,
    });
    this.failures = outcome.failures;
  }
}

/** An item is forgotten after this many turns of other items. */
const rememberedTurns = 10_000;

/**
 * Handles items fairly across rounds. An item that fails or hangs does not block the others: the item whose last turn was
 * longest ago comes first, and an item still running from an earlier round is not started twice.
 */
export type BoundedRound<T> = (
  items: readonly T[],
  work: (item: T) => Promise<void>,
) => Promise<RoundOutcome>;

/** @param keyOf identifies an item across rounds */
export function createBoundedRound<T>(
  bounds: RoundBounds,
  keyOf: (item: T) => string,
): BoundedRound<T> {
  /** The number of each item's last turn; a counter, since clocks may stand still. */
  const turns = new Map<string, number>();
  const under = new Set<string>();
  let turn = 0;
  return async (items, work) => {
    const byKey = new Map(items.map((item) => [keyOf(item), item]));
    for (const [key, at] of turns)
      if (!byKey.has(key) && turn - at > rememberedTurns) turns.delete(key);
    const waiting = [...byKey.keys()]
      .filter((key) => !under.has(key))
      .toSorted((one, other) => (turns.get(one) ?? 0) - (turns.get(other) ?? 0));
    const outcome: RoundOutcome = { done: 0, failures: [], left: byKey.size };
    let over = false;
    const doOne = async (key: string): Promise<void> => {
      turns.set(key, (turn += 1));
      under.add(key);
      const failed = await work(byKey.get(key)!).then(
        () => null,
        (error: unknown) => ({ key, error }),
      );
      under.delete(key);
      if (over) return;
      outcome.left -= 1;
      if (failed === null) outcome.done += 1;
      else outcome.failures.push(failed);
    };
    const queue = waiting.values();
    const lane = async (): Promise<void> => {
      for (const key of queue) {
        if (over) return;
        await doOne(key);
      }
    };
    const lanes = Array.from({ length: Math.min(bounds.atOnce, waiting.length) }, lane);
    try {
      await timeout(bounds.ms, 'a round', Promise.all(lanes));
    } catch (error) {
      if (!(error instanceof TimeoutError)) throw error;
    } finally {
      over = true;
    }
    return outcome;
  };
}

/** @throws RoundError if an item failed */
export function throwFailures(...outcomes: readonly RoundOutcome[]): void {
  const all: RoundOutcome = {
    done: outcomes.reduce((sum, { done }) => sum + done, 0),
    failures: outcomes.flatMap(({ failures }) => failures),
    left: outcomes.reduce((sum, { left }) => sum + left, 0),
  };
  if (all.failures.length > 0) throw new RoundError(all);
}
