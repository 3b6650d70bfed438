import type { ClosedBy, WindowView } from '../../contracts/window.ts';
import { writeReceipt, type DownFacts } from '../../domain/windows/receipt.ts';
import { isUp } from '../../domain/services/settle.ts';
import { closed, closing, failed, hasEnded } from '../../domain/windows/window.ts';
import { atHome, findContainers } from './host/containers.ts';
import { takeDownUnheld, type DownResult } from './start/take-down.ts';
import { forgetWindow, holdContainers } from './host/held.ts';
import { hostEvent, type PowerHost, type Cause } from './host/host.ts';
import { lookAgain } from './proof.ts';

export interface Ending {
  closed_by: ClosedBy;
  reason: string | null;
}

/**
 * Ends a window: lets its leases go, takes down what nobody else holds, looks again whether it is so, and writes the
 * receipt. Safe to run twice; a window that has its receipt is left as it is.
 */
export async function endWindow(
  power: PowerHost,
  view: WindowView,
  ending: Ending,
  cause: Cause,
): Promise<WindowView> {
  const current = await withMembers(power, view);
  if (hasEnded(current)) return current;
  const { actor, ...ids } = cause;
  await power.store.windows.save(closing(current), [
    hostEvent(power, 'window.closing', actor, { ...ids, payload: { ...ending } }),
  ]);
  await holdWhatRuns(power, current.members);
  await power.store.leases.release(view.window_id);
  await power.leases.refresh();
  const results = await takeDownUnheld(power, current.members, 'window', cause);
  return proveClosed(power, current, ending, results, cause);
}

/**
 * What somebody made by hand a moment ago runs for the window too, and belongs in its receipt. Best effort: no close waits
 * for an Engine that is away.
 */
async function holdWhatRuns(power: PowerHost, services: readonly string[]): Promise<void> {
  try {
    const found = await findContainers(power);
    for (const name of services) {
      const up = (found.get(name) ?? []).filter(({ state }) => isUp(state));
      await holdContainers(power, name, atHome(power, name, up));
    }
  } catch (error) {
    power.log.debug({ err: error }, 'what runs at the end of a window could not be looked up');
  }
}

/** The window as the store has it, with every service that it leases: one that was cut short has not told all. */
async function withMembers(power: PowerHost, view: WindowView): Promise<WindowView> {
  const known = (await power.store.windows.find(view.window_id)) ?? view;
  if (hasEnded(known)) return known;
  const leased = (await power.store.leases.ofWindow(view.window_id)).map(({ service }) => service);
  return { ...known, members: [...new Set([...known.members, ...leased])] };
}

async function proveClosed(
  power: PowerHost,
  view: WindowView,
  ending: Ending,
  results: ReadonlyMap<string, DownResult>,
  cause: Cause,
): Promise<WindowView> {
  const ends = await lookAgain(power, view.window_id, view.members);
  const facts = view.members.map((service): DownFacts => {
    const keeping = power.leases
      .live(service)
      .filter((lease) => lease.window_id !== view.window_id);
    return {
      service,
      seen: power.seen.get(service),
      result: results.get(service) ?? 'was_down',
      kept_for: keeping.map((lease) => lease.window_id),
      containers: ends.get(service) ?? [],
    };
  });
  const receipt = writeReceipt(view, ending, facts, power.clock());
  const ended = closed(view, receipt);
  const { actor, ...ids } = cause;
  await power.store.windows.save(ended, [
    hostEvent(power, 'window.closed', actor, { ...ids, payload: { receipt } }),
  ]);
  await forgetWindow(power, view.window_id);
  if (receipt.overrun_ms !== null) power.metrics.overrun.observe(receipt.overrun_ms / 1000);
  return ended;
}

/** A window of which nothing came up: its leases go, its services go down, and it says why. */
export async function failWindow(
  power: PowerHost,
  view: WindowView,
  failures: WindowView['services_failed'],
  cause: Cause,
): Promise<WindowView> {
  const current = await withMembers(power, view);
  if (hasEnded(current)) return current;
  await power.store.leases.release(view.window_id);
  await power.leases.refresh();
  await takeDownUnheld(power, current.members, 'window', cause);
  const ended = failed(current, power.clock(), failures);
  const { actor, ...ids } = cause;
  await power.store.windows.save(ended, [
    hostEvent(power, 'window.failed', actor, { ...ids, payload: { failures } }),
  ]);
  await forgetWindow(power, view.window_id);
  return ended;
}
