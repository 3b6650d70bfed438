import { VX11Error } from '../../contracts/errors.ts';
import { abortable } from '../../platform/concurrency/abortable.ts';
import { poll } from '../../platform/concurrency/poll.ts';
import { agentsDoor } from '../../domain/plans/confirm-in-client.ts';
import { isLive } from '../../domain/windows/lease.ts';
import type { GatewayContext } from '../context.ts';
import { findServices, type Snapshot } from '../reads/snapshot.ts';
import { isoTime } from '../../platform/time.ts';

/** How soon the end of the window is noticed, in ms. */
const lookMs = 250;

type DoorDeps = Pick<GatewayContext, 'model' | 'clock'>;

/** Until when agents are let in; null while `mcp` sleeps. A hold has no end. */
export function agentsUntil(snapshot: Snapshot, now: number): string | null {
  const open = [...snapshot.leases.values()]
    .flat()
    .filter((lease) => lease.service === agentsDoor && lease.is_open && isLive(lease, now));
  if (open.length === 0) return null;
  const ends = open.map(({ deadline }) => deadline ?? Infinity);
  const last = Math.max(...ends);
  return last === Infinity ? 'held open' : isoTime(last);
}

/** Whether agents are let in. */
export async function isDoorOpen({ model, clock }: DoorDeps): Promise<boolean> {
  return agentsUntil(await model.snapshot(), clock()) !== null;
}

/** Why an agent is not let in. */
export async function doorRefusal({ model }: DoorDeps): Promise<VX11Error> {
  const snapshot = await model.snapshot();
  const missing = findServices(snapshot, agentsDoor).length === 0;
  const because = missing
    ? 'agents are let in only while the window of mcp is open, and this compose file has no service mcp (docs/agents.md)'
    : 'agents are let in only while the window of mcp is open';
  return new VX11Error('off_by_policy', because);
}

/** Calls `onClosed` once the window of `mcp` has ended; `over` ends the watch. */
export function untilDoorCloses(
  deps: DoorDeps,
  over: AbortSignal,
  onClosed: () => void | Promise<void>,
): void {
  const look = async (): Promise<true | null> =>
    (await isDoorOpen(deps).catch(() => true)) ? null : true;
  void poll(look, { everyMs: lookMs, signal: over })
    .then(onClosed)
    .catch(() => undefined); // it is over
}

/**
 * Runs `work` while agents are let in; throws `off_by_policy` if they are not, or once they no longer are. What is done before
 * the first look was let in as a whole.
 */
export async function insideDoor<T>(
  deps: DoorDeps,
  gone: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (!(await isDoorOpen(deps))) throw await doorRefusal(deps);
  const cut = new AbortController();
  // most calls end before the first look
  let stopLooking = (): void => undefined;
  const leave = (): void => cut.abort(gone.reason);
  const cutOff = async (): Promise<void> => cut.abort(await doorRefusal(deps));
  const following = setTimeout(() => {
    const over = new AbortController();
    stopLooking = () => over.abort();
    untilDoorCloses(deps, over.signal, cutOff);
  }, lookMs);
  // not AbortSignal.any: what it holds weakly stays until a full collection, and this runs for every call
  if (gone.aborted) leave();
  else gone.addEventListener('abort', leave, { once: true });
  try {
    return await abortable(work(cut.signal), cut.signal);
  } finally {
    clearTimeout(following);
    stopLooking();
    gone.removeEventListener('abort', leave);
  }
}
