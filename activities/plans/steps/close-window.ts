import type { PlanView, StepError, StepOf } from '../../../contracts/plan.ts';
import type { WindowView } from '../../../contracts/window.ts';
import type { StepEnd } from '../../../domain/plans/plan-state.ts';
import { isCore } from '../../../domain/plans/is-core.ts';
import { hasEnded, isOpen } from '../../../domain/windows/window.ts';
import { readWorld } from '../facts.ts';
import { broken, done, type PlanDeps, type WindowActor } from '../ports.ts';
import { endReason, endWindow } from './open-window.ts';
import { abortable } from '../../../platform/concurrency/abortable.ts';
import { retry } from '../../../platform/concurrency/retry.ts';

type Header = Omit<PlanView, 'steps'>;
type Step = StepOf<'CLOSE_WINDOW'>;

const releaseLimitMs = 170_000;

/** Ends windows, or releases services from them. A window that has already ended counts as success. */
export function closeWindowStep(
  deps: PlanDeps,
  plan: Header,
  step: Step,
  signal: AbortSignal,
): Promise<StepEnd> {
  const act = step.params.services === null ? close : release;
  return act(deps, plan, step, signal);
}

async function close(
  deps: PlanDeps,
  plan: Header,
  { params, effect }: Step,
  signal: AbortSignal,
): Promise<StepEnd> {
  const closed = await Promise.all(
    params.window_ids.map(async (window_id) => {
      const view = await deps.store.windows.find(window_id);
      // an attempt that crashed may have ended it without recording that
      const mine = view?.receipt?.reason === endReason(plan, effect);
      if (view === null || (hasEnded(view) && !mine))
        return { window_id, was_open: false, stopped: [], residue: [] };
      signal.throwIfAborted();
      const ending = mine ? view : endWindow(deps, plan, window_id, effect);
      const { receipt } = await abortable(ending, signal);
      const stopped = (receipt?.services ?? [])
        .filter(({ outcome }) => outcome !== 'kept' && outcome !== 'left_running')
        .map(({ service }) => service);
      return { window_id, was_open: true, stopped, residue: receipt?.residue ?? [] };
    }),
  );
  return done({ closed });
}

async function release(
  deps: PlanDeps,
  plan: Header,
  { params, effect }: Step,
  signal: AbortSignal,
): Promise<StepEnd> {
  const services = params.services ?? [];
  const worldNow = await readWorld(deps.store);
  const refused = services.filter((name) => isCore(name, worldNow));
  if (refused.length > 0) {
    const detail = `${refused.join(', ')} always runs: stop all of VX11 instead.`;
    return broken({ code: 'core_service', detail });
  }
  const sender = { actor: plan.actor, correlation_id: plan.correlation_id };
  for (const window_id of params.window_ids) {
    for (const service of services) {
      const view = await deps.store.windows.find(window_id);
      if (view === null || hasEnded(view) || !holds(view, service)) continue;
      signal.throwIfAborted();
      // a window that is still opening only this service can be ended as a whole
      if (!isOpen(view) && view.services.every((name) => name === service)) {
        await abortable(endWindow(deps, plan, window_id, effect), signal);
        continue;
      }
      const refusal = await releaseOnceOpen(deps, window_id, { ...sender, service }, signal);
      if (refusal !== null) return broken({ ...refusal, may_retry: true });
    }
  }
  const still = await stillHeldBy(deps, params.window_ids, services);
  const result = { released: params.window_ids, still_held_by: still };
  if (still.length === 0) return done(result);
  const detail = `${services.join(', ')} is still held by ${still.join(', ')}: check who needs it, then try again.`;
  return broken({ code: 'still_held', detail }, result);
}

/** Returns whether a window holds a service, or will once it is open. */
const holds = (view: WindowView, service: string): boolean =>
  view.members.includes(service) || (!isOpen(view) && view.services.includes(service));

/**
 * Releases a service from a window; retries while the window is opening, since it accepts a release only once open.
 * @returns why it was not released in time; null if it was, or the window has ended
 */
async function releaseOnceOpen(
  deps: PlanDeps,
  windowId: string,
  message: WindowActor & { service: string },
  signal: AbortSignal,
): Promise<StepError | null> {
  const ask = async (): Promise<null> => {
    const answer = await deps.runs().releaseService(windowId, message, releaseLimitMs);
    if (answer !== null && 'code' in answer) throw new NotYet(answer);
    return null;
  };
  return retry(ask, {
    backoff: { firstMs: 200, longestMs: 2000 },
    withinMs: releaseLimitMs,
    signal,
    isWorth: (error) => error instanceof NotYet,
  }).catch((error: unknown) => {
    if (error instanceof NotYet) return error.refusal;
    throw error;
  });
}

class NotYet extends Error {
  readonly refusal: StepError;
  constructor(refusal: StepError) {
    super(refusal.detail);
    this.refusal = refusal;
  }
}

/** Returns the windows that still hold one of these services, on the hosts of the windows that released it. */
async function stillHeldBy(
  { store }: PlanDeps,
  windowIds: readonly string[],
  services: readonly string[],
): Promise<string[]> {
  const views = await Promise.all(windowIds.map((id) => store.windows.find(id)));
  const hosts = new Set(views.map((view) => view?.host));
  const { windows } = await readWorld(store);
  return windows
    .filter(({ host, state }) => hosts.has(host) && /^(opening|open)$/.test(state))
    .filter(({ members }) => members.some((name) => services.includes(name)))
    .map(({ window_id }) => window_id);
}
