import { ApplicationFailure } from '@temporalio/activity';
import { createBoundedRound, throwFailures } from '../platform/concurrency/bounded-round.ts';
import { poll } from '../platform/concurrency/poll.ts';
import type { KeptView, ViewStore } from '../store/core/view-table.ts';
import type { PowerHost } from './power/host/host.ts';

/** A younger one is left to the process that stored it, which starts it. */
const youngMs = 3000;
/** One that was not started by then is given up. */
const staleMs = 60_000;
const roundMs = 4000;

/** Work that is stored, and done by a workflow of its own. */
export interface StoredWork<View extends KeptView> {
  store: Pick<ViewStore<View>, 'live' | 'find'>;
  idOf(view: View): string;
  /** How many are looked at side by side. */
  atOnce: number;
  /** Returns whether its workflow runs. */
  runs(id: string): Promise<boolean>;
  start(view: View): Promise<void>;
  /** Ends one whose workflow is gone. */
  endLost(view: View): Promise<void>;
}

/**
 * Reconciles a host's work between the store and Temporal after a crash: starts what has no workflow yet, and ends what has
 * lost it, so that nothing is left running.
 */
export function createStoredWorkRound<View extends KeptView>(
  { host, clock }: Pick<PowerHost, 'host' | 'clock'>,
  work: StoredWork<View>,
): () => Promise<void> {
  const { store, idOf, atOnce } = work;
  const started = new Set<string>();
  const round = createBoundedRound<View>({ atOnce, ms: roundMs }, idOf);
  const ageOf = ({ created_at }: View): number => clock() - Date.parse(created_at);
  return async () => {
    const due = (await store.live(host)).filter((one) => ageOf(one) > youngMs);
    const outcome = await round(due, async (one) => {
      const id = idOf(one);
      if (await work.runs(id)) return;
      const now = await store.find(id);
      if (now === null || now.finished_at !== null) return;
      const isFresh = now.status === 'queued' && ageOf(now) < staleMs;
      if (!isFresh || started.has(id)) return work.endLost(now);
      await work.start(now);
      started.add(id);
    });
    throwFailures(outcome);
  };
}

/**
 * Waits until stored work has ended, however long that takes. Throws the reason of `signal`; a failure `lost`, which Temporal
 * does not retry, if the work is not stored any more.
 */
export async function awaitStored<View extends KeptView>(
  store: Pick<ViewStore<View>, 'find'>,
  id: string,
  hasEnded: (view: View) => boolean,
  { everyMs, signal }: { everyMs: number; signal: AbortSignal },
): Promise<View> {
  const look = async (): Promise<View | null> => {
    const now = await store.find(id);
    if (now === null)
      throw ApplicationFailure.nonRetryable(
        `${id} is not kept any more. Ask for it again.`,
        'lost',
      );
    return hasEnded(now) ? now : null;
  };
  return (await poll(look, { everyMs, signal }))!;
}
