import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { VX11Error } from '../contracts/errors.ts';
import type { ClosedBy, WindowView } from '../contracts/window.ts';
import { hasEnded } from '../domain/window.ts';
import type { DeadlineChange, Sender } from '../workflows/messages.ts';
import type { GatewayDeps } from './deps.ts';
import type { ReadModel } from './read-model.ts';
import { presentMadre } from './snapshot.ts';
import { soonest, toldByStore } from './told-by-store.ts';
import { WorkflowGone } from './temporal-errors.ts';
import { endedAlready } from './window-answers.ts';

/** Longest wait for a receipt: stop grace periods of several services in a row. */
const closeLimitMs = 150_000;
const changeLimitMs = 10_000;
/** How long a window that just ended may take until the store says so. */
const writtenWithinMs = 3000;

/** Messages to windows that exist, with what their ending in between means. */
export interface WindowControl {
  /** Throws `madre_unavailable` while nobody would act on a change. */
  requireMadre(): Promise<void>;
  /**
   * @param repeatKey one for all repeats of a request, which extend once; null where the caller does not repeat
   * Throws `window_ended`, `window_not_open`.
   */
  extend(
    view: WindowView,
    byMs: number,
    sender: Sender,
    repeatKey: string | null,
  ): Promise<DeadlineChange>;
  /** Ends it and waits for the receipt; a window that ended already stays as it is. Throws `madre_unavailable`. */
  end(
    view: WindowView,
    options: Sender & Closing,
  ): Promise<{ ended: WindowView; wasOpen: boolean }>;
  release(view: WindowView, service: string, sender: Sender): Promise<WindowView>;
}

interface Closing {
  reason: string | null;
  closed_by: ClosedBy;
}

export function createWindowControl(
  deps: Pick<GatewayDeps, 'store' | 'temporal' | 'clock'>,
  model: ReadModel,
): WindowControl {
  const requireMadre = async (): Promise<void> => {
    if (presentMadre(await model.snapshot(), deps.clock()) !== null) return;
    throw new VX11Error(
      'madre_unavailable',
      'madre has not been heard of lately; nothing was started.',
      { retryAfterSeconds: 2 },
    );
  };
  const whileMadreLives = async <T>(work: Promise<T>): Promise<T> => {
    const done = new AbortController();
    const watch = async (): Promise<never> => {
      for (;;) {
        await sleep(1000, undefined, { signal: done.signal });
        await requireMadre();
      }
    };
    try {
      return await Promise.race([work, watch()]);
    } finally {
      done.abort();
    }
  };
  const afterItsEnd = async (view: WindowView): Promise<WindowView> => {
    const giveUp = performance.now() + writtenWithinMs;
    for (;;) {
      const now = await deps.store().windows.find(view.window_id);
      if (now !== null && hasEnded(now)) return now;
      if (performance.now() > giveUp) {
        throw new VX11Error('window_not_open', 'This window has not started yet; try again.', {
          retryAfterSeconds: 2,
        });
      }
      await sleep(50);
    }
  };
  const unlessGone = async <T>(view: WindowView, work: Promise<T>): Promise<T | WindowView> => {
    try {
      return await whileMadreLives(work);
    } catch (error) {
      const gone = error instanceof WorkflowGone;
      const ended = error instanceof VX11Error && error.code === 'window_ended';
      if (!gone && !ended) throw error;
      return afterItsEnd(view);
    }
  };
  return {
    requireMadre,
    async extend(view, byMs, sender, repeatKey) {
      if (hasEnded(view)) throw endedAlready(view);
      const call = { limitMs: changeLimitMs, updateId: repeatKey ?? randomUUID() };
      const result = await unlessGone(
        view,
        deps.temporal.extendWindow(view.window_id, { ...sender, by_ms: byMs }, call),
      );
      if ('window_id' in result) throw endedAlready(result);
      return result;
    },
    async end(view, message) {
      if (hasEnded(view)) return { ended: view, wasOpen: false };
      await requireMadre();
      const call = { limitMs: closeLimitMs };
      const sent = deps.temporal.closeWindow(view.window_id, message, call);
      const ended = await unlessGone(
        view,
        soonest(sent, closeLimitMs, (signal) =>
          toldByStore(deps.store, view.window_id, hasEnded, signal),
        ),
      );
      return { ended, wasOpen: true };
    },
    async release(view, service, sender) {
      if (hasEnded(view)) return view;
      const call = { limitMs: closeLimitMs };
      return unlessGone(
        view,
        deps.temporal.releaseService(view.window_id, { ...sender, service }, call),
      );
    },
  };
}
