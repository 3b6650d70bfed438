import type { PlanView, StepError, StepOf } from '../../../contracts/plan.ts';
import type { WindowView } from '../../../contracts/window.ts';
import type { StepEnd } from '../../../domain/plans/plan-state.ts';
import { isCore } from '../../../domain/plans/draft-steps.ts';
import { hasEnded, isOpen } from '../../../domain/windows/window.ts';
import { readWorld } from '../facts.ts';
import { broken, done, type PlanDeps, type WindowSender } from '../ports.ts';
import { endReason, endWindow } from './open-window.ts';
import { abortable } from '../../../platform/concurrency/abortable.ts';
import { retry } from '../../../platform/concurrency/retry.ts';

type Header = Omit<PlanView, 'steps'>;
type Step = StepOf<'CLOSE_WINDOW'>;

const releaseLimitMs = 170_000;

/** Ends windows, or takes services out of them. What ended already is as it should be. */
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
      // a madre that died may have ended it, and could not say so
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
      // one that still opens this service alone has nothing to wait for
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
  const detail = `${services.join(', ')} goes on in ${still.join(', ')}: look who needs it, then ask again.`;
  return broken({ code: 'still_held', detail }, result);
}

/** Before it is open, a window is about to hold what it was asked for. */
const holds = (view: WindowView, service: string): boolean =>
  view.members.includes(service) || (!isOpen(view) && view.services.includes(service));

/**
 * Takes a service out of a window, which takes no such message before it is open.
 * @returns why it did not let go in time; null where it did, or has ended
 */
async function releaseOnceOpen(
  deps: PlanDeps,
  windowId: string,
  message: WindowSender & { service: string },
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

/** Windows that hold one of these services up, on the hosts of the windows that it was taken out of. */
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
