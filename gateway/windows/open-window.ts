import { randomUUID } from 'node:crypto';
import { VX11Error } from '../../contracts/errors.ts';
import { newId } from '../../contracts/ids.ts';
import type { WindowView } from '../../contracts/window.ts';
import { failed, hasEnded, isOpen, requested } from '../../domain/windows/window.ts';
import { requestedEvent } from '../../domain/windows/window-events.ts';
import { presenceMs } from '../../store/system/presence.ts';
import { pause } from '../../platform/concurrency/pause.ts';
import { timeout, TimeoutError } from '../../platform/concurrency/timeout.ts';
import type { DeadlineChange, KeepWindow, RenewWindow } from '../../workflows/messages.ts';
import type { GatewayDeps } from '../deps.ts';
import { firstOf, waitForStore } from '../reads/wait-for-store.ts';
import { certainlyNotSent, TakenBack, WorkflowGone } from '../temporal/not-taken.ts';

/** A caller's request, after all checks that do not need Temporal. */
export interface WindowRequest {
  kind: 'target' | 'operator';
  host: string;
  target: string | null;
  services: string[];
  /** Null for a hold. */
  ttlMs: number | null;
  maxTtlMs: number;
  whenFull: 'queue' | 'refuse';
  reason: string | null;
  /** The name of the caller's token, and the principal behind it. */
  owner: string;
  ownerId: string;
  correlationId: string;
  /** Shared by all retries of this request; null without an Idempotency-Key. */
  repeatKey: string | null;
  /** A window that is there already keeps its deadline; by default it is renewed to the TTL. */
  keepsDeadline?: boolean;
  waitMs: number;
}

export interface OpenedWindow extends DeadlineChange {
  /** It was not up within the caller's `wait_seconds`; it continues to open. */
  waiting: boolean;
}

/** How many times to try, if the window that is joined or opened ends meanwhile. */
const attempts = 3;
/** Above the longest `wait_seconds`: callers share a message, so one caller's short wait must not end it. */
const messageLimitMs = 70_000;

export type OpenWindow = (request: WindowRequest) => Promise<OpenedWindow>;

/** Throws `managed_elsewhere` if another installation manages the stack of this host. */
async function refuseElsewhere(
  { store, clock }: Pick<GatewayDeps, 'store' | 'clock'>,
  host: string,
) {
  const processes = await store().presence.list();
  const now = clock();
  for (const { host: of, at, detail } of processes) {
    const why = detail['managed_elsewhere'];
    if (of === host && at + presenceMs > now && typeof why === 'string')
      throw new VX11Error('managed_elsewhere', why, { retryAfterSeconds: 30 });
  }
}

/** Opens windows; concurrent calls for the same window and TTL share one message. */
export function createOpenWindow(
  deps: Pick<GatewayDeps, 'store' | 'temporal' | 'clock' | 'logger'>,
): OpenWindow {
  const shared = new Map<string, Promise<DeadlineChange>>();

  const message = (
    input: KeepWindow,
    renew: RenewWindow,
    repeatKey: string | null,
  ): Promise<DeadlineChange> => {
    const key = `${input.view.window_id} ${renew.ttl_ms}`;
    const known = shared.get(key);
    if (known !== undefined) return known;
    const sent = deps.temporal
      .keepWindow(input, renew, {
        limitMs: messageLimitMs,
        // only an Idempotency-Key marks a retry; several requests may share a correlation id
        updateId: repeatKey ?? randomUUID(),
      })
      .finally(() => shared.delete(key));
    shared.set(key, sent);
    return sent;
  };

  const attempt = async (request: WindowRequest, nth: number): Promise<OpenedWindow> => {
    const wanted = requestedView(request, nth, deps.clock());
    await refuseElsewhere(deps, request.host);
    const before =
      request.repeatKey === null ? null : await deps.store().windows.find(wanted.window_id);
    if (before !== null && hasEnded(before))
      return { view: before, clamped: false, waiting: false };
    const { window, created } =
      before === null
        ? await deps
            .store()
            .windows.request(
              wanted,
              [{ ...requestedEvent(wanted, deps.clock()), actor_id: request.ownerId }],
              request.ownerId,
            )
        : { window: before, created: false };
    const sender = {
      actor: request.owner,
      principal: request.ownerId,
      correlation_id: request.correlationId,
    };
    const keeps = created || request.keepsDeadline === true;
    const renew = { ...sender, ttl_ms: keeps ? null : request.ttlMs, reason: request.reason };
    const sent = message({ view: window, when_full: request.whenFull }, renew, request.repeatKey);
    sent.catch((error: unknown) => {
      deps.logger.info({ err: error, window_id: window.window_id }, 'window was not opened');
    });
    try {
      // an existing window is renewed by its workflow, and only the workflow knows the result
      const answer = !created
        ? sent
        : firstOf(sent, request.waitMs, async (signal) => {
            const view = await waitForStore(deps.store, window.window_id, isSettled, signal);
            return { view, clamped: false };
          });
      const change = await withinLimit(answer, request.waitMs);
      if (change !== null) return { ...withRoom(change), waiting: false };
    } catch (error) {
      if (!created || !certainlyNotSent(error)) throw error;
      await giveUp(deps, window);
      throw new TakenBack(error);
    }
    const view = (await deps.store().windows.find(window.window_id)) ?? window;
    return { view, clamped: false, waiting: true };
  };

  return async (request) => {
    for (let nth = 1; ; nth += 1) {
      try {
        const { clamped, ...opened } = await attempt(request, nth);
        const cut = request.ttlMs !== null && request.ttlMs > request.maxTtlMs;
        return { ...opened, clamped: clamped || cut };
      } catch (error) {
        if (!isOver(error)) throw error;
        // its end will be stored in a moment
        await pause(50 * nth);
        if (nth === attempts) {
          throw new VX11Error('window_ended', 'The window ended while it was opened; try again.', {
            cause: error,
          });
        }
      }
    }
  };
}

/** Whether the window has reached a state to answer with. */
const isSettled = (view: WindowView): boolean =>
  isOpen(view) || view.state === 'queued' || hasEnded(view);

/** Turns a window that failed for lack of room into the refusal `no_room`. */
function withRoom(change: DeadlineChange): DeadlineChange {
  const { state, services_failed } = change.view;
  const full = services_failed.find(({ error }) => error === 'no_room');
  if (state !== 'failed' || full === undefined) return change;
  throw new VX11Error('no_room', `${full.detail} when_full: queue waits for it.`, {
    retryAfterSeconds: 10,
  });
}

const isOver = (error: unknown): boolean =>
  error instanceof WorkflowGone || (error instanceof VX11Error && error.code === 'window_ended');

/** The result of the promise within `limitMs`, else null. */
const withinLimit = <T>(promise: Promise<T>, limitMs: number): Promise<T | null> =>
  timeout(limitMs, 'opening the window', promise).catch((error: unknown) => {
    if (error instanceof TimeoutError) return null;
    throw error;
  });

/** A retry gets the id of its first try, so that two tries open one window, even if the gateway died in between. */
const windowIdOf = (request: WindowRequest, nth: number): string =>
  request.repeatKey === null || nth > 1
    ? newId('window')
    : `window-${request.repeatKey.slice(0, 16)}`;

const requestedView = (request: WindowRequest, nth: number, now: number): WindowView =>
  requested(
    {
      window_id: windowIdOf(request, nth),
      kind: request.kind,
      host: request.host,
      target: request.target,
      services: request.services,
      ttl_ms: request.ttlMs,
      max_ttl_ms: request.maxTtlMs,
      owner: request.owner,
      reason: request.reason,
      correlation_id: request.correlationId,
    },
    now,
  );

/** Ends a window that never reached Temporal, so that it does not stay `requested`. */
async function giveUp(
  deps: Pick<GatewayDeps, 'store' | 'clock' | 'logger'>,
  view: WindowView,
): Promise<void> {
  const at = deps.clock();
  const event = { ...requestedEvent(view, at), type: 'window.failed' as const };
  await deps
    .store()
    .windows.save(failed(view, at, []), [{ ...event, payload: { error: 'temporal_unavailable' } }])
    .catch((error: unknown) => deps.logger.warn({ err: error }, 'a failed window was not stored'));
}
