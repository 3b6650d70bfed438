import {
  ActivityFailure,
  allHandlersFinished,
  CancellationScope,
  ApplicationFailure,
  condition,
  ContinueAsNew,
  continueAsNew,
  currentUpdateInfo,
  isCancellation,
  setCurrentDetails,
  setHandler,
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
  type Actor,
} from './messages.ts';
import { powerOn } from './proxies.ts';
import { untilDone } from './until-done.ts';
import { searchAttributesOf, windowDetails } from './window-display.ts';

/** How long a change waits for an opening that is about to finish. */
const openingMs = 2000;
/** More deadline changes than one run makes (about 370), so that a repeat is recognized for at least one more run. */
const rememberedChanges = 500;

/** Holds services up until the deadline passes or someone closes the window, and proves that they went down. */
export async function keepWindow(input: KeepWindow): Promise<WindowView> {
  let view = input.view;
  const end: { asked: CloseWindow | null } = { asked: input.closing ?? null };
  const answered = [...(input.answered ?? [])];
  const turn = { taken: false };
  let handingOver = false;
  let closesInNewRun = false;
  const power = powerOn(view.host);
  const opener: Actor = { actor: view.owner, correlation_id: view.correlation_id };
  // opening and closing may finish at the same moment, in either order: a final state never changes
  const show = (next: WindowView): void => {
    if (hasEnded(view)) return;
    view = next;
    setCurrentDetails(windowDetails(view));
    upsertSearchAttributes(searchAttributesOf(view));
  };

  setHandler(windowView, () => view);
  const openOrRenew = async ({ ttl_ms, ...by }: RenewWindow): Promise<DeadlineChange> => {
    const isKnown = (): boolean =>
      isOpen(view) || view.state === 'queued' || hasEnded(view) || end.asked !== null;
    await condition(() => isKnown() || handingOver);
    if (!isKnown()) refuseBeforeNewRun();
    if (ttl_ms === null || !isOpen(view) || view.mode === 'hold') return { view, clamped: false };
    return moveTo((now) => renewed(view, ttl_ms, now), by);
  };
  setHandler(openWindow, openOrRenew, { validator: (_renewal) => refuseBeforeNewRun() });
  setHandler(extendWindow, ({ by_ms, ...by }) => moveTo(() => extended(view, by_ms), by), {
    validator: (_extension) => refuseBeforeNewRun(),
  });
  setHandler(closeWindow, async (request) => {
    end.asked ??= request;
    return whenEnded();
  });
  const release = async ({ service, closed_by = 'caller', ...by }: ReleaseService) => {
    await oneChange(async () => {
      await refuseUnlessOpen();
      show(await power.closing.releaseFromWindow({ view, service, ...by }));
      if (view.members.length > 0) return;
      end.asked ??= { reason: `${service} was taken out`, closed_by, ...by };
    });
    return end.asked === null ? view : whenEnded();
  };
  setHandler(releaseService, release, { validator: (_release) => refuseBeforeNewRun() });

  /**
   * A new run starts once no message is in progress. Callers that never pause could delay that until the run reaches its
   * limit and takes no message at all, not even a close. So everything except a close has to wait for the new run.
   */
  function refuseBeforeNewRun(): void {
    if (!handingOver || end.asked !== null || hasEnded(view)) return;
    throw ApplicationFailure.create({
      message:
        'this window has taken many messages and continues in a new run; try again in a second',
      type: 'too_many_requests',
      nonRetryable: true,
      details: [{ retry_after_seconds: 1 }],
    });
  }

  /**
   * Returns the window once it has ended. If closing takes so long that a new run takes over, the caller must retry
   * there.
   */
  async function whenEnded(): Promise<WindowView> {
    await condition(() => hasEnded(view) || closesInNewRun);
    if (hasEnded(view)) return view;
    throw ApplicationFailure.nonRetryable(
      'this window cannot be closed yet and continues in a new run; try again in a second',
      'window_not_open',
    );
  }

  /** Runs changes one at a time, so that each sees the result of the previous one. */
  async function oneChange<T>(change: () => Promise<T>): Promise<T> {
    // all waiters wake at the same time, so each checks again before it continues
    while (turn.taken) await condition(() => !turn.taken);
    turn.taken = true;
    try {
      return await change();
    } finally {
      turn.taken = false;
    }
  }
  /** Waits a moment first: the store may show the window as open before this workflow has the result of the opening. */
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
  function moveTo(move: (now: number) => DeadlineMove, by: Actor): Promise<DeadlineChange> {
    return oneChange(async () => {
      const update_id = currentUpdateInfo()!.id;
      const before = answered.find((change) => change.update_id === update_id);
      if (before !== undefined) return { view, clamped: before.clamped };
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
      answered.push({ update_id, clamped });
      return { view, clamped };
    });
  }

  /**
   * Continues the window in a new run once no message is in progress. Returns only if the window is closed meanwhile.
   */
  async function newRun(rest: Pick<KeepWindow, 'closing' | 'failure'>): Promise<void> {
    const isClosing = end.asked;
    handingOver = true;
    closesInNewRun = rest.closing !== undefined;
    await condition(() => allHandlersFinished() || end.asked !== isClosing);
    if (end.asked !== isClosing) return;
    await continueAsNew<typeof keepWindow>({
      view,
      when_full: input.when_full,
      answered: answered.slice(-rememberedChanges),
      ...rest,
    });
  }

  async function fail(failure: NonNullable<KeepWindow['failure']>): Promise<void> {
    const work = () => power.closing.failServices({ view, ...failure, ...opener });
    show(await untilDone('a window cannot be closed', work, () => newRun({ failure })));
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
      await awaitRoom(outcome.no_room);
    }
  }
  /** Waits in line. Messages may make the history long meanwhile; then a new run gets in line again. */
  async function awaitRoom(because: string): Promise<void> {
    let settled = false;
    const waiting = power.queueing
      .awaitRoom({ view, because, ...opener })
      .finally(() => void (settled = true));
    waiting.catch(() => undefined);
    await condition(() => settled || end.asked !== null || workflowInfo().continueAsNewSuggested);
    if (settled) await waiting;
    else if (end.asked === null) await newRun({});
  }
  async function openOrFail(): Promise<void> {
    if (input.failure !== undefined) return fail(input.failure);
    try {
      await openServices();
    } catch (error) {
      if (error instanceof ContinueAsNew) throw error;
      if (end.asked !== null || isCancellation(error)) return;
      await fail(failureOf(error));
    }
  }
  /** Opens the window; a close request ends the wait for the opening. */
  async function open(): Promise<void> {
    let settled = false;
    const opened = openOrFail().finally(() => void (settled = true));
    await condition(() => settled || end.asked !== null);
    if (settled) await opened;
  }

  /** The window's life until something ends it. */
  async function hold(): Promise<void> {
    if (!isOpen(view)) await open();
    while (!hasEnded(view) && end.asked === null) {
      if (workflowInfo().continueAsNewSuggested) {
        await newRun({});
        break; // a caller closed it
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
      // after an extension the old timer fires and the loop waits again; only an earlier deadline has to wake it
      const sooner = (): boolean => deadline !== null && Date.parse(view.expires_at!) < deadline;
      const wake = (): boolean =>
        end.asked !== null || sooner() || workflowInfo().continueAsNewSuggested;
      await (deadline === null
        ? condition(wake)
        : condition(wake, deadline - Date.now(), { summary: 'until the deadline' }));
    }
  }

  try {
    if (end.asked === null) await hold();
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
      const closing = end.asked;
      const work = () => power.closing.closeServices({ view, ...closing });
      show(await untilDone('a window cannot be closed', work, () => newRun({ closing })));
    }
    await condition(allHandlersFinished);
    return view;
  });
}

/** An activity failure wraps the error that the activity threw; the type of that error is its name or code. */
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
