import { ApplicationFailure } from '@temporalio/activity';
import type { Catalog, CatalogService } from '../../contracts/service.ts';
import type { ServiceFailure, WindowView } from '../../contracts/window.ts';
import { startOrder } from '../../domain/services/start-order.ts';
import { hasEnded, isOpen, opened, opening } from '../../domain/windows/window.ts';
import { servicesByName } from '../compose/catalog.ts';
import type { Admissions } from './admissions.ts';
import { failWindow } from './closing.ts';
import { takeDownUnheld } from './start/take-down.ts';
import { hostEvent, type PowerHost, type Cause } from './host/host.ts';
import { updateGuard, whileOpening } from './hold-opening.ts';
import { startServices } from './start/starting.ts';

/** The current window; `no_room` is the reason if the host has no room for it. */
export type OpenOutcome =
  { view: WindowView; no_room: null } | { view: WindowView; no_room: string };

/**
 * Opens a window: first the leases, then the guard's files, then the containers. Safe to run twice: a window that is
 * already open is returned unchanged, with the same deadline.
 */
export async function openWindow(
  power: PowerHost,
  admissions: Admissions,
  requested: WindowView,
  cause: Cause,
  signal: AbortSignal,
): Promise<OpenOutcome> {
  const known = await power.store.windows.find(requested.window_id);
  if (known !== null && (isOpen(known) || hasEnded(known))) return { view: known, no_room: null };
  if (known?.state === 'closing') throw closedMeanwhile();
  const catalog = await power.catalog.current();
  const byName = servicesByName(catalog);
  const members = startOrder(requested.services, byName);
  const gone = requested.services.filter((name) => !members.includes(name)).map(removedFromFile);
  const services = members.flatMap((name) => byName.get(name) ?? []);
  const view = opening(requested, members);

  const deadline = provisionalDeadline(power, view, services);
  const admission = await admissions.reserve(catalog, view, services, deadline);
  if (!admission.admit) return { view: requested, no_room: admission.because };

  const { actor, ...ids } = cause;
  // an earlier attempt began with these leases; the request may be older, since the window may have waited for room
  const isRetry = known?.state === 'opening';
  const since = isRetry ? await power.store.leases.reservedAt(view.window_id) : null;
  const guardUp = power.guard.ensure();
  await power.store.windows.save(view, [
    hostEvent(power, 'window.opening', actor, { ...ids, payload: { members } }),
  ]);
  const { started, failed } = await whileOpening(power, view, deadline, (onJobs) =>
    startServices(power, services, cause, signal, {
      wanted: new Set(requested.services),
      since,
      onJobs,
    }),
  );
  await guardUp;
  signal.throwIfAborted();

  const broken = new Set(failed.map(({ service }) => service));
  const needed = neededFor(
    requested.services.filter((name) => started.includes(name) && !broken.has(name)),
    catalog,
  ).filter((name) => started.includes(name));
  const failures = [...gone, ...failed];
  if (needed.length === 0)
    return { view: await failWindow(power, view, failures, cause), no_room: null };
  await dropRest(power, view, needed, cause);
  return { view: await confirmOpen(power, view, needed, failures, cause), no_room: null };
}

const closedMeanwhile = (): ApplicationFailure =>
  ApplicationFailure.nonRetryable('closed while it opened', 'window_ended');

/**
 * The deadline of the leases until the window is open: long enough for every service to start one after the other.
 * `whileOpening` extends it if the opening takes longer.
 */
function provisionalDeadline(
  power: PowerHost,
  view: WindowView,
  services: CatalogService[],
): number | null {
  if (view.ttl_ms === null) return null;
  const starting = services.reduce((sum, service) => sum + service.start_timeout_ms, 0);
  return power.clock() + starting + view.ttl_ms;
}

/**
 * The requested services that came up, with their dependencies, including dependencies that are not healthy. A
 * dependency that serves only a failed service is dropped.
 */
const neededFor = (started: string[], catalog: Catalog): string[] =>
  startOrder(started, servicesByName(catalog));

async function dropRest(
  power: PowerHost,
  view: WindowView,
  needed: string[],
  cause: Cause,
): Promise<void> {
  const rest = view.members.filter((name) => !needed.includes(name));
  if (rest.length === 0) return;
  await power.store.leases.release(view.window_id, rest);
  await power.leases.refresh();
  await takeDownUnheld(power, rest, 'window', cause);
}

/** Stores the window as open. Its deadline counts from this moment. */
async function confirmOpen(
  power: PowerHost,
  view: WindowView,
  started: string[],
  failures: ServiceFailure[],
  cause: Cause,
): Promise<WindowView> {
  const now = power.clock();
  const open = opened(view, now, { started, failed: failures });
  const deadline = open.expires_at === null ? null : Date.parse(open.expires_at);
  if (!(await power.store.leases.confirm(view.window_id, deadline))) {
    throw closedMeanwhile();
  }
  await power.leases.refresh();
  const { actor, ...ids } = cause;
  await power.store.windows.save(open, [
    hostEvent(power, 'window.open', actor, {
      ...ids,
      payload: { started, failed: failures, expires_at: open.expires_at },
    }),
  ]);
  await updateGuard(power, started);
  return open;
}

const removedFromFile = (service: string): ServiceFailure => ({
  service,
  error: 'removed_from_file',
  detail: 'it is no window-tier service of the compose file any more',
});
