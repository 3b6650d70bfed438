import { randomUUID } from 'node:crypto';
import { VX11Error } from '../../contracts/errors.ts';
import type { ClosedBy, WindowView } from '../../contracts/window.ts';
import { hasEnded, isOpen } from '../../domain/windows/window.ts';
import { pause } from '../../platform/concurrency/pause.ts';
import { pollUntil } from '../../platform/concurrency/poll.ts';
import { retry } from '../../platform/concurrency/retry.ts';
import type { DeadlineChange, Actor } from '../../workflows/messages.ts';
import type { GatewayDeps } from '../deps.ts';
import type { ReadModel } from '../reads/read-model.ts';
import { presentMadre } from '../reads/snapshot.ts';
import { firstOf, waitForStore } from '../reads/wait-for-store.ts';
import { WorkflowGone } from '../temporal/not-taken.ts';
import { endedAlready } from './answers.ts';

/** The longest wait for a receipt: stop grace periods of several services in a row. */
const closeLimitMs = 150_000;
/** After this wait, a caller learns that the window is closing, and reads the receipt later. */
const receiptWaitMs = 140_000;
const changeLimitMs = 10_000;
/** How long the store may take to show that a window has just ended. */
const writtenWithinMs = 3000;
/** The pause between two sends of a message to a window that has not started yet, or is still opening. */
const resendMs = 200;
/** How often a caller that waits looks whether madre is still there. */
const watchMs = 1000;

/** Messages to existing windows; handles a window that ends before it takes the message. */
export interface WindowControl {
  /** Throws `madre_unavailable` while madre is down and would not act on a change. */
  requireMadre(): Promise<void>;
  /**
   * @param repeatKey shared by all retries of a request, which extend once; null without an Idempotency-Key
   * Throws `window_ended`, `window_not_open`.
   */
  extend(
    view: WindowView,
    byMs: number,
    sender: Actor,
    repeatKey: string | null,
  ): Promise<DeadlineChange>;
  /**
   * Ends a window and waits for the receipt. An ended window stays as it is; a requested one ends as soon as its workflow
   * starts. After `waitMs` the window may still be closing; its services then stop without a caller. Throws
   * `madre_unavailable`.
   */
  end(
    view: WindowView,
    options: Actor & Closing,
    waitMs?: number,
  ): Promise<{ ended: WindowView; wasOpen: boolean }>;
  /**
   * Ends the window's hold on a service. An opening window releases it once it is open; an opening window that holds
   * nothing else ends at once. Throws `madre_unavailable`.
   */
  release(view: WindowView, service: string, sender: Actor): Promise<WindowView>;
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
    if (await madreIsAway())
      throw madreAway(`madre has sent no heartbeat lately; ${otherwise}. Try again shortly.`);
  };
  const whileMadreLives = async <T>(work: Promise<T>): Promise<T> => {
    const done = new AbortController();
    const { signal } = done;
    const watch = async (): Promise<never> => {
      await pause(watchMs, signal);
      await pollUntil(madreIsAway, (isAway) => isAway, { everyMs: watchMs, signal });
      // Temporal has the message by now, so madre may act on it even if it cannot write heartbeats
      throw madreAway(mayStillBeDone);
    };
    try {
      return await Promise.race([work, watch()]);
    } finally {
      done.abort();
    }
  };
  /** The ended window; null if the store does not show its end in time. */
  const asEnded = async (id: string): Promise<WindowView | null> => {
    const find = () => deps.store().windows.find(id);
    // a requested window has no run yet, so there is no end to wait for
    const isEnough = (now: WindowView | null): boolean =>
      now !== null && (hasEnded(now) || now.state === 'requested');
    const now = await pollUntil(find, isEnough, { everyMs: 50, withinMs: writtenWithinMs });
    return now !== null && hasEnded(now) ? now : null;
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
  /** Resends a message until the window takes it: a caller may close a window in any state of opening. */
  const resendUntilTaken = async (
    view: WindowView,
    limitMs: number,
    send: () => Promise<WindowView>,
  ): Promise<WindowView> => {
    const notYet = (error: unknown): boolean =>
      error instanceof VX11Error && error.code === 'window_not_open';
    const attempt = async (failures: number): Promise<WindowView> => {
      if (failures > 0 && (await madreIsAway())) throw madreAway(mayStillBeDone);
      return unlessGone(view, send());
    };
    try {
      return await retry(attempt, {
        backoff: () => resendMs,
        withinMs: limitMs,
        isWorth: notYet,
      });
    } catch (error) {
      throw notYet(error) ? madreAway(stillStarts) : error;
    }
  };
  /** The closed window or, after `waitMs`, the window as it closes. It waits until the window has taken the request. */
  const orClosing = async (
    id: string,
    closed: Promise<WindowView>,
    waitMs: number,
  ): Promise<WindowView> => {
    const over = new AbortController();
    const { signal } = over;
    const late = async (): Promise<WindowView> => {
      await pause(waitMs, signal);
      return waitForStore(deps.store, id, isOnItsWay, signal);
    };
    const closing = late();
    closing.catch(() => undefined); // aborted once the window is closed
    closed.catch(() => undefined); // it may fail after the caller was answered
    try {
      return await Promise.race([closed, closing]);
    } finally {
      over.abort();
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
    async end(view, message, waitMs = receiptWaitMs) {
      if (hasEnded(view)) return { ended: view, wasOpen: false };
      // says only that this window is untouched: the request may have ended other windows
      await requireMadre('this window did not receive the request');
      const call = { limitMs: closeLimitMs };
      const closed = resendUntilTaken(view, closeLimitMs, () =>
        firstOf(deps.temporal.closeWindow(view.window_id, message, call), closeLimitMs, (signal) =>
          waitForStore(deps.store, view.window_id, hasEnded, signal),
        ),
      );
      return { ended: await orClosing(view.window_id, closed, waitMs), wasOpen: true };
    },
    async release(view, service, sender) {
      if (hasEnded(view)) return view;
      const alone = view.services.every((name) => name === service);
      if (alone && !isOpen(view)) {
        const message = { ...sender, reason: `${service} was taken out` };
        return (await control.end(view, { ...message, closed_by: 'caller' })).ended;
      }
      const call = { limitMs: closeLimitMs };
      return resendUntilTaken(view, closeLimitMs, () =>
        deps.temporal.releaseService(view.window_id, { ...sender, service }, call),
      );
    },
  };
  return control;
}

const isOnItsWay = (view: WindowView): boolean => view.state === 'closing' || hasEnded(view);

const mayStillBeDone =
  'madre has sent no heartbeat for a while; the request may still be carried out. Look again shortly.';

const stillStarts = 'This window is still starting and did not receive the request. Try again.';

const madreAway = (detail: string): VX11Error =>
  new VX11Error('madre_unavailable', detail, { retryAfterSeconds: 2 });

/** Whether the window's run has ended, or was never started. */
const isOver = (error: unknown): boolean =>
  error instanceof WorkflowGone || (error instanceof VX11Error && error.code === 'window_ended');
