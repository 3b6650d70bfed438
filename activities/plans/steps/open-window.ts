import type { PlanView, StepOf } from '../../../contracts/plan.ts';
import type { WindowView } from '../../../contracts/window.ts';
import type { StepEnd } from '../../../domain/plans/plan-state.ts';
import { startOrder } from '../../../domain/services/start-order.ts';
import { hasEnded, isOpen, requested } from '../../../domain/windows/window.ts';
import { requestedEvent } from '../../../domain/windows/window-events.ts';
import { broken, done, type PlanDeps } from '../ports.ts';
import { abortable } from '../../../platform/concurrency/abortable.ts';

type Header = Omit<PlanView, 'steps'>;
type Step = StepOf<'OPEN_WINDOW'>;

/**
 * Opens the step's own window, or joins the live window of its target. The window's id comes from the step, so that a retry
 * after a crash finds what was done.
 */
export async function openWindowStep(
  deps: PlanDeps,
  plan: Header,
  step: Step,
  signal: AbortSignal,
): Promise<StepEnd> {
  const { params } = step;
  const known = await deps.store.windows.find(params.window_id);
  if (known !== null && hasEnded(known)) return endOfWindow(known, params.window_id);
  const by = { actor: plan.actor, correlation_id: plan.correlation_id };
  const wanted = known ?? (await requestFor(deps, plan, step));
  const principal = (await deps.store.plans.people(plan.plan_id))?.actor.principal ?? null;
  signal.throwIfAborted();
  const { window } =
    known === null
      ? await deps.store.windows.request(
          wanted,
          [{ ...requestedEvent(wanted, deps.clock()), actor_id: principal }],
          principal,
        )
      : { window: known };
  const own = window.window_id === params.window_id;
  const ttl_ms = own || params.ttl_seconds === null ? null : params.ttl_seconds * 1000;
  const update_id = `${plan.plan_id}:${step.step_id}`;
  const message = { ...by, ttl_ms, reason: params.reason, update_id };
  const opening = deps.runs().openWindow(window, message, step.timeout_seconds * 1000);
  const view = await abortable(opening, signal);
  return endOfWindow(view, params.window_id);
}

async function requestFor(deps: PlanDeps, plan: Header, { params }: Step): Promise<WindowView> {
  const catalog = await deps.store.services.catalogOf(params.host);
  const byName = new Map((catalog?.services ?? []).map((entry) => [entry.name, entry]));
  const held = startOrder(params.services, byName).flatMap((name) => byName.get(name) ?? []);
  return requested(
    {
      window_id: params.window_id,
      kind: params.kind,
      host: params.host,
      target: params.kind === 'target' ? params.services[0]! : null,
      services: params.services,
      ttl_ms: params.ttl_seconds === null ? null : params.ttl_seconds * 1000,
      // no dependency outlives its own max_ttl
      max_ttl_ms: Math.min(...held.map(({ max_ttl_ms }) => max_ttl_ms), 14_400_000),
      owner: plan.actor,
      reason: params.reason,
      correlation_id: plan.correlation_id,
    },
    deps.clock(),
  );
}

function endOfWindow(view: WindowView, ownId: string): StepEnd {
  const { window_id, state, expires_at, services_started, services_failed } = view;
  const own = window_id === ownId;
  const result = { window_id, own, state, expires_at, services_started, services_failed };
  // it was opened before a crash, and has closed since
  if (isOpen(view) || (state === 'closed' && view.opened_at !== null)) return done(result);
  const first = services_failed[0];
  const detail =
    first === undefined
      ? `${window_id} is ${state}; open it again`
      : `${first.service}: ${first.detail}`;
  const code = first?.error ?? 'window_ended';
  // the joined window has ended: a retry opens the step's own
  return broken({ code, detail, may_retry: !own }, result);
}

/** Closes the window that the step opened; a window that it joined is left alone. */
export async function undoOpenWindow(deps: PlanDeps, plan: Header, step: Step): Promise<StepEnd> {
  const { window_id } = step.params;
  const view = await deps.store.windows.find(window_id);
  if (view === null)
    return { status: 'UNDONE', result: { left: 'it opened no window of its own' }, error: null };
  const ended = hasEnded(view) ? view : await endWindow(deps, plan, window_id, step.effect);
  return { status: 'UNDONE', result: { window_id, state: ended.state }, error: null };
}

const closeLimitMs = 170_000;

/** The reason of a window that a step of this plan ends; its receipt names the plan. */
export const endReason = (plan: Header, reason: string): string =>
  `${plan.plan_id}: ${reason}`.slice(0, 500);

/** Ends a window and returns its final state. Throws if that is not known yet; a retry finds out. */
export async function endWindow(
  deps: PlanDeps,
  plan: Header,
  windowId: string,
  reason: string,
): Promise<WindowView> {
  const message = {
    actor: plan.actor,
    correlation_id: plan.correlation_id,
    reason: endReason(plan, reason),
  };
  const ended = await deps.runs().closeWindow(windowId, message, closeLimitMs);
  const view = ended ?? (await deps.store.windows.find(windowId));
  if (view !== null && hasEnded(view)) return view;
  throw new Error(`${windowId} has not ended yet`);
}
