import type { CheckRunView } from '../../contracts/checks.ts';
import { windowIdOfRun } from '../../contracts/ids.ts';
import type { WindowView } from '../../contracts/window.ts';
import { hasEnded, requested } from '../../domain/windows/window.ts';
import { requestedEvent } from '../../domain/windows/window-events.ts';
import { abortable } from '../../platform/concurrency/abortable.ts';
import type { Refusal } from './check-activities.ts';
import type { CheckDeps } from './deps.ts';

/** How long the window may take to open, and to close. */
const openLimitMs = 600_000;
const closeLimitMs = 170_000;

/** Who opens a window to check something in it. */
export interface WindowHolder {
  window_id: string;
  owner: string;
  /** Of the owner; null if only the name is known. */
  principal: () => Promise<string | null>;
  correlation_id: string;
  host: string;
  reason: string;
  /** The same for each attempt at it. */
  update_id: string;
}

/** The window of a run. Its id comes from the run, so that a retry after a crash finds it. */
export const windowOfRun = ({ power }: CheckDeps, run: CheckRunView): WindowHolder => ({
  window_id: windowIdOfRun(run.run_id),
  owner: run.owner,
  principal: async () => (await power.store.checks.ownerOf(run.run_id))?.principal ?? null,
  correlation_id: run.correlation_id,
  host: run.host,
  reason: `checks ${run.suite}: ${run.reason ?? run.run_id}`.slice(0, 500),
  update_id: run.run_id,
});

/**
 * Opens a window and waits until it is open or has failed.
 * @returns why nothing is up; null if something is
 */
export async function openWindow(
  { power, runs }: Pick<CheckDeps, 'power' | 'runs'>,
  { window_id, principal: principalOf, update_id, reason, ...holder }: WindowHolder,
  ask: { services: string[]; ttl_ms: number; max_ttl_ms: number },
  signal: AbortSignal,
): Promise<Refusal | null> {
  const { store, clock } = power;
  const { owner, correlation_id, host } = holder;
  const request = { kind: 'operator', target: null, owner, reason, correlation_id, host } as const;
  const known = await store.windows.find(window_id);
  const wanted = known ?? requested({ ...request, window_id, ...ask }, clock());
  if (hasEnded(wanted)) return refusalOf(wanted);
  // the window belongs to its owner, not to everybody with a token of that name
  const principal = await principalOf();
  signal.throwIfAborted();
  const event = { ...requestedEvent(wanted, clock()), actor_id: principal };
  const { window } =
    known === null ? await store.windows.request(wanted, [event], principal) : { window: known };
  const by = { actor: owner, correlation_id, ttl_ms: null, reason, update_id };
  return refusalOf(await abortable(runs().openWindow(window, by, openLimitMs), signal));
}

/** Closes such a window, if there is one, and waits for its receipt. Throws if that is not written yet. */
export async function closeWindow(
  { power, runs }: Pick<CheckDeps, 'power' | 'runs'>,
  { window_id, owner, correlation_id, update_id }: WindowHolder,
): Promise<void> {
  const { windows } = power.store;
  const view = await windows.find(window_id);
  if (view === null || hasEnded(view)) return;
  const by = { actor: owner, correlation_id };
  const reason = `${update_id}: its checks ended`;
  const ended = await runs().closeWindow(window_id, { ...by, reason }, closeLimitMs);
  const now = ended ?? (await windows.find(window_id));
  if (now === null || !hasEnded(now)) throw new Error(`${window_id} has not ended yet`);
}

function refusalOf({ state, services_failed }: WindowView): Refusal | null {
  if (state === 'open') return null;
  const [first] = services_failed;
  if (first?.error === 'no_room') return { cause: 'no_room', detail: first.detail };
  // each check of a service that did not come up says why
  if (first !== undefined) return null;
  return { cause: 'window_ended', detail: `The window of the run is ${state}.` };
}
