import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { VX11Error } from '../../contracts/errors.ts';
import type { ClosedBy, WindowView } from '../../contracts/window.ts';
import { hasEnded, isOpen } from '../../domain/windows/window.ts';
import type { DeadlineChange, Sender } from '../../workflows/messages.ts';
import type { GatewayDeps } from '../deps.ts';
import type { ReadModel } from '../reads/read-model.ts';
import { presentMadre } from '../reads/snapshot.ts';
import { firstOf, waitForStore } from '../reads/wait-for-store.ts';
import { WorkflowGone } from '../temporal/not-taken.ts';
import { endedAlready } from './answers.ts';

/** Longest wait for a receipt: stop grace periods of several services in a row. */
const closeLimitMs = 150_000;
const changeLimitMs = 10_000;
/** How long a window that just ended may take until the store says so. */
const writtenWithinMs = 3000;
/** How often a window is told again that has not started yet, or that still opens. */
const tellAgainMs = 200;

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
  /**
   * Ends it and waits for the receipt; a window that ended already stays as it is, and one that was only asked for ends
   * as soon as it starts. Throws `madre_unavailable`.
   */
  end(
    view: WindowView,
    options: Sender & Closing,
  ): Promise<{ ended: WindowView; wasOpen: boolean }>;
  /**
   * Ends the window's hold on a service; one that still opens lets go as soon as it is open, and one that holds nothing
   * else ends at once. Throws `madre_unavailable`.
   */
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
  const madreIsAway = async (): Promise<boolean> =>
    presentMadre(await model.snapshot(), deps.clock()) === null;
  const requireMadre = async (otherwise = 'nothing was started'): Promise<void> => {
    if (await madreIsAway()) throw madreAway(`madre has not been heard of lately; ${otherwise}.`);
  };
  const whileMadreLives = async <T>(work: Promise<T>): Promise<T> => {
    const done = new AbortController();
    const watch = async (): Promise<never> => {
      for (;;) {
        await sleep(1000, undefined, { signal: done.signal });
        // the message is with Temporal by now, and madre may act on it while she cannot write that she lives
        if (await madreIsAway()) throw madreAway(mayStillHappen);
      }
    };
    try {
      return await Promise.race([work, watch()]);
    } finally {
      done.abort();
    }
  };
  /** The window as it ended; null where the store does not say so in time. */
  const asEnded = async (id: string): Promise<WindowView | null> => {
    const giveUp = performance.now() + writtenWithinMs;
    for (;;) {
      const now = await deps.store().windows.find(id);
      if (now !== null && hasEnded(now)) return now;
      // one that was only asked for has no run yet: there is no end to wait for
      if (now?.state === 'requested' || performance.now() > giveUp) return null;
      await sleep(50);
    }
  };
  const unlessGone = async <T>(view: WindowView, work: Promise<T>): Promise<T | WindowView> => {
    try {
      return await whileMadreLives(work);
    } catch (error) {
      if (!isOver(error)) throw error;
      const ended = await asEnded(view.window_id);
      if (ended !== null) return ended;
      throw new VX11Error('window_not_open', 'This window has not started yet; try again.', {
        retryAfterSeconds: 2,
        cause: error,
      });
    }
  };
  /** Tells a window again what it cannot take yet, until it has: whoever wants it down does not care how far up it is. */
  const untilTaken = async (
    view: WindowView,
    limitMs: number,
    tell: () => Promise<WindowView>,
  ): Promise<WindowView> => {
    const giveUp = performance.now() + limitMs;
    for (;;) {
      try {
        return await unlessGone(view, tell());
      } catch (error) {
        const notYet = error instanceof VX11Error && error.code === 'window_not_open';
        if (!notYet) throw error;
        if (performance.now() > giveUp) throw madreAway(stillStarts);
        await sleep(tellAgainMs);
        if (await madreIsAway()) throw madreAway(mayStillHappen);
      }
    }
  };
  const control: WindowControl = {
    requireMadre: () => requireMadre(),
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
      // one of several windows that a request ends: others may have been told
      await requireMadre('this window was not told to end');
      const call = { limitMs: closeLimitMs };
      const ended = await untilTaken(view, closeLimitMs, () =>
        firstOf(deps.temporal.closeWindow(view.window_id, message, call), closeLimitMs, (signal) =>
          waitForStore(deps.store, view.window_id, hasEnded, signal),
        ),
      );
      return { ended, wasOpen: true };
    },
    async release(view, service, sender) {
      if (hasEnded(view)) return view;
      const alone = view.services.every((name) => name === service);
      if (alone && !isOpen(view)) {
        const message = { ...sender, reason: `${service} was taken out` };
        return (await control.end(view, { ...message, closed_by: 'caller' })).ended;
      }
      const call = { limitMs: closeLimitMs };
      return untilTaken(view, closeLimitMs, () =>
        deps.temporal.releaseService(view.window_id, { ...sender, service }, call),
      );
    },
  };
  return control;
}

const mayStillHappen =
  'madre has not been heard of for a while; what was asked for may still happen. Look again shortly.';

const stillStarts = 'This window is still starting, and was not told to end. Try again.';

const madreAway = (detail: string): VX11Error =>
  new VX11Error('madre_unavailable', detail, { retryAfterSeconds: 2 });

/** The window's run has ended, or was never started. */
const isOver = (error: unknown): boolean =>
  error instanceof WorkflowGone || (error instanceof VX11Error && error.code === 'window_ended');
