import type { ClosedBy, WindowView } from '../../contracts/window.ts';
import { writeReceipt, type DownFacts } from '../../domain/windows/receipt.ts';
import { isUp } from '../../domain/services/settle.ts';
import { closed, closing, failed, hasEnded } from '../../domain/windows/window.ts';
import { atHome, findContainers } from './host/containers.ts';
import { takeDownUnheld, type DownResult } from './start/take-down.ts';
import { forgetWindow, holdContainers } from './host/held.ts';
import { hostEvent, type PowerHost, type Cause } from './host/host.ts';
import { readEnds } from './proof.ts';

export interface Ending {
  closed_by: ClosedBy;
  reason: string | null;
}

/**
 * Ends a window: releases its leases, stops the services that no other window holds, checks that they are down, and
 * writes the receipt. Safe to run twice; a window that has its receipt is left as it is.
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
 * Containers that someone started by hand a moment ago run for the window too and belong in its receipt. Best effort:
 * a close does not wait for an unavailable Engine.
 */
async function holdWhatRuns(power: PowerHost, services: readonly string[]): Promise<void> {
  try {
    const found = await findContainers(power);
    for (const name of services) {
      const up = (found.get(name) ?? []).filter(({ state }) => isUp(state));
      await holdContainers(power, name, atHome(power, name, up));
    }
  } catch (error) {
    power.log.debug(
      { err: error },
      'the containers that run at the end of a window could not be listed',
    );
  }
}

/**
 * The stored window with every service that it leases, since an interrupted opening may not have stored all of them.
 */
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
  const ends = await readEnds(power, view.window_id, view.members);
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

/** Ends a window of which no service came up: releases its leases, stops its services and stores the failures. */
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
