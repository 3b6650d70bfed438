import {
  ActivityFailure,
  allHandlersFinished,
  CancellationScope,
  ApplicationFailure,
  condition,
  continueAsNew,
  isCancellation,
  log,
  setCurrentDetails,
  setHandler,
  sleep,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { ServiceFailure, WindowView } from '../contracts/window.ts';
import {
  extended,
  hasEnded,
  isOpen,
  renewed,
  type DeadlineMove,
} from '../domain/windows/window.ts';
import {
  closeWindow,
  extendWindow,
  openWindow,
  releaseService,
  windowView,
  type CloseWindow,
  type DeadlineChange,
  type KeepWindow,
  type ReleaseService,
  type RenewWindow,
  type Sender,
} from './messages.ts';
import { powerOn } from './proxies.ts';
import { searchAttributesOf, windowDetails } from './window-display.ts';

/** How long a change waits for an opening that is about to end. */
const openingMs = 2000;

/** Holds services up until the deadline passes or someone closes the window, and proves that they went down. */
export async function keepWindow(input: KeepWindow): Promise<WindowView> {
  let view = input.view;
  const end: { asked: CloseWindow | null } = { asked: null };
  const turn = { taken: false };
  let handingOver = false;
  const power = powerOn(view.host);
  const opener: Sender = { actor: view.owner, correlation_id: view.correlation_id };
  // opening and closing may answer in one moment, in either order: what has ended stays as it ended
  const show = (next: WindowView): void => {
    if (hasEnded(view)) return;
    view = next;
    setCurrentDetails(windowDetails(view));
    upsertSearchAttributes(searchAttributesOf(view));
  };

  setHandler(windowView, () => view);
  const openOrRenew = async ({ ttl_ms, ...by }: RenewWindow): Promise<DeadlineChange> => {
    await condition(
      () => isOpen(view) || view.state === 'queued' || hasEnded(view) || end.asked !== null,
    );
    if (ttl_ms === null || !isOpen(view) || view.mode === 'hold') return { view, clamped: false };
    return moveTo((now) => renewed(view, ttl_ms, now), by);
  };
  setHandler(openWindow, openOrRenew, { validator: (_renewal) => refuseBeforeNewRun() });
  setHandler(extendWindow, ({ by_ms, ...by }) => moveTo(() => extended(view, by_ms), by), {
    validator: (_extension) => refuseBeforeNewRun(),
  });
  setHandler(closeWindow, async (request) => {
    end.asked ??= request;
    await condition(() => hasEnded(view));
    return view;
  });
  const release = async ({ service, closed_by = 'caller', ...by }: ReleaseService) => {
    await oneChange(async () => {
      await refuseUnlessOpen();
      show(await power.closing.releaseFromWindow({ view, service, ...by }));
      if (view.members.length > 0) return;
      end.asked ??= { reason: `${service} was taken out`, closed_by, ...by };
    });
    await condition(() => end.asked === null || hasEnded(view));
    return view;
  };
  setHandler(releaseService, release, { validator: (_release) => refuseBeforeNewRun() });

  /**
   * A new run begins once no message is under way. Callers that never pause would put that off until the run takes no
   * message at all, not even a close, so all but a close wait for the new run.
   */
  function refuseBeforeNewRun(): void {
    if (!handingOver || end.asked !== null || hasEnded(view)) return;
    throw ApplicationFailure.create({
      message:
        'this window has taken many messages and goes on in a new run; try again in a second',
      type: 'too_many_requests',
      nonRetryable: true,
      details: [{ retry_after_seconds: 1 }],
    });
  }

  /** One change of the deadline at a time, each decided on what the one before left. */
  async function oneChange<T>(change: () => Promise<T>): Promise<T> {
    // every waiter wakes at once, so each looks again before it goes on
    while (turn.taken) await condition(() => !turn.taken);
    turn.taken = true;
    try {
      return await change();
    } finally {
      turn.taken = false;
    }
  }
  /** The store may tell a caller that it is open a moment before this workflow hears of it. */
  async function refuseUnlessOpen(): Promise<void> {
    if (view.state === 'opening' || view.state === 'requested') {
      await condition(() => isOpen(view) || hasEnded(view) || end.asked !== null, openingMs);
    }
    if (isOpen(view) && end.asked === null) return;
    const ended = hasEnded(view) || end.asked !== null || view.state === 'closing';
    throw ApplicationFailure.nonRetryable(
      ended
        ? 'this window has ended; open a new one'
        : `this window is ${view.state}; wait until it is open`,
      ended ? 'window_ended' : 'window_not_open',
    );
  }
  function moveTo(move: (now: number) => DeadlineMove, by: Sender): Promise<DeadlineChange> {
    return oneChange(async () => {
      await refuseUnlessOpen();
      if (view.mode === 'hold') {
        throw ApplicationFailure.nonRetryable(
          'a window on hold has no deadline to move',
          'window_not_open',
        );
      }
      const { view: next, deadline } = move(Date.now());
      const { clamped } = deadline;
      if (!(await power.closing.moveDeadline({ view: next, clamped, ...by }))) {
        throw ApplicationFailure.nonRetryable(
          'this window has ended; open a new one',
          'window_ended',
        );
      }
      show(next);
      return { view, clamped };
    });
  }

  /** Closing never gives up: not even on what its activity says is not worth another try. */
  async function toTheEnd(last: () => Promise<WindowView>): Promise<void> {
    for (let pause = 1000; ; pause = Math.min(2 * pause, 60_000)) {
      try {
        return show(await last());
      } catch (error) {
        if (isCancellation(error)) throw error;
        log.error('a window cannot be closed; trying again', { error });
        await sleep(pause);
      }
    }
  }

  /** Waits in line where the host is full and the caller wants to wait. */
  async function openServices(): Promise<void> {
    while (!hasEnded(view) && !isOpen(view) && end.asked === null) {
      const outcome = await power.opening.openServices({ view, ...opener });
      if (end.asked !== null) return;
      if (outcome.no_room === null) return show(outcome.view);
      if (input.when_full === 'refuse') {
        throw ApplicationFailure.nonRetryable(outcome.no_room, 'no_room');
      }
      show({ ...view, state: 'queued', waiting_for: outcome.no_room });
      await power.queueing.awaitRoom({ view, because: outcome.no_room, ...opener });
    }
  }
  /** Opens, unless somebody closes it first: then the close cuts the opening short. */
  async function open(): Promise<void> {
    let settled = false;
    const opened = openServices()
      .catch(async (error: unknown) => {
        if (end.asked !== null || isCancellation(error)) return;
        const failure = failureOf(error);
        await toTheEnd(() => power.closing.failServices({ view, ...failure, ...opener }));
      })
      .finally(() => void (settled = true));
    await condition(() => settled || end.asked !== null);
    if (settled) await opened;
  }

  /** The window's life until something ends it. */
  async function hold(): Promise<void> {
    if (!isOpen(view)) await open();
    while (!hasEnded(view) && end.asked === null) {
      if (workflowInfo().continueAsNewSuggested) {
        handingOver = true;
        await condition(() => allHandlersFinished() || end.asked !== null);
        if (end.asked !== null) break;
        await continueAsNew<typeof keepWindow>({ ...input, view });
      }
      const deadline = view.expires_at === null ? null : Date.parse(view.expires_at);
      if (deadline !== null && deadline <= Date.now()) {
        end.asked = {
          reason: null,
          closed_by: 'deadline',
          actor: 'madre',
          correlation_id: view.correlation_id,
        };
        break;
      }
      // an extension lets the old timer fire and the wait begin anew; only an earlier deadline has to wake it
      const sooner = (): boolean => deadline !== null && Date.parse(view.expires_at!) < deadline;
      const wake = (): boolean =>
        end.asked !== null || sooner() || workflowInfo().continueAsNewSuggested;
      await (deadline === null
        ? condition(wake)
        : condition(wake, deadline - Date.now(), { summary: 'until the deadline' }));
    }
  }

  try {
    await hold();
  } catch (error) {
    if (!isCancellation(error)) throw error;
    end.asked ??= {
      reason: 'cancelled in Temporal',
      closed_by: 'caller',
      actor: 'Temporal',
      correlation_id: view.correlation_id,
    };
  }
  return CancellationScope.nonCancellable(async () => {
    if (!hasEnded(view) && end.asked !== null) {
      await condition(() => !turn.taken);
      show({ ...view, state: 'closing' });
      const ending = end.asked;
      await toTheEnd(() => power.closing.closeServices({ view, ...ending }));
    }
    await condition(allHandlersFinished);
    return view;
  });
}

/** An activity's failure wraps what it threw; that one's type is an error's name or code. */
function failureOf(error: unknown): { error: ServiceFailure['error']; detail: string } {
  const found = error instanceof ActivityFailure && error.cause !== undefined ? error.cause : error;
  const detail = found instanceof Error ? found.message : String(found);
  const type = found instanceof ApplicationFailure ? found.type : null;
  if (type === 'no_room') return { error: 'no_room', detail };
  if (error instanceof ActivityFailure && error.activityType === 'awaitRoom') {
    return { error: 'no_room', detail: 'there was no room within an hour; ask again' };
  }
  return { error: type === 'EngineError' ? 'engine_unavailable' : 'start_failed', detail };
}
