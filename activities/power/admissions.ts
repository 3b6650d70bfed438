import { ApplicationFailure } from '@temporalio/activity';
import type { Catalog, CatalogService } from '../../contracts/service.ts';
import type { WindowView } from '../../contracts/window.ts';
import { admit, needOf, type Admission, type Need } from '../../domain/windows/admission.ts';
import { startOrder } from '../../domain/services/start-order.ts';
import { poll } from '../../platform/concurrency/poll.ts';
import { servicesByName } from '../compose/catalog.ts';
import type { PowerHost } from './host/host.ts';

/** Decides for one window at a time whether the host has room, and reserves the room by writing the leases. */
export interface Admissions {
  /** @param deadline deadline of the leases that are written if there is room; epoch ms, null on hold */
  reserve(
    catalog: Catalog,
    view: WindowView,
    services: CatalogService[],
    deadline: number | null,
  ): Promise<Admission>;
  /** Waits in the queue until there may be room, or until `signal` is aborted. */
  wait(view: WindowView, signal: AbortSignal): Promise<void>;
}

const pollMs = 1000;

/** A window that has not checked for room for this long loses its place in the queue. */
const placeMs = 15_000;

export function createAdmissions(power: PowerHost): Admissions {
  /** Waiting windows in order of arrival, each with the time of its last check. */
  const queue = new Map<string, number>();

  const placeOf = (windowId: string): number => {
    for (const [id, at] of queue) if (performance.now() - at > placeMs) queue.delete(id);
    const place = [...queue.keys()].indexOf(windowId);
    return place === -1 ? queue.size : place;
  };
  const decide = (catalog: Catalog, view: WindowView, services: CatalogService[]): Admission => {
    const wanted = needsOf(power, services);
    return admit(wanted, inUse(power, catalog), catalog.budget, placeOf(view.window_id));
  };

  return {
    reserve: (catalog, view, services, deadline) =>
      power.lock.run('admission', async () => {
        await power.leases.refresh();
        const admission = decide(catalog, view, services);
        if (!admission.admit) return admission;
        const { window_id, host } = view;
        const leases = services.map(({ name }) => ({
          window_id,
          host,
          service: name,
          deadline,
          is_open: false,
          project: catalog.project,
        }));
        queue.delete(window_id);
        if (!(await power.store.leases.reserve(window_id, leases, power.clock()))) {
          throw ApplicationFailure.nonRetryable('closed while it opened', 'window_ended');
        }
        await power.leases.refresh();
        return admission;
      }),
    async wait(view, signal) {
      try {
        const checkRoom = async (): Promise<true | null> => {
          // it keeps its place when there is room, until `reserve` removes it
          queue.set(view.window_id, performance.now());
          const catalog = await power.catalog.current();
          const byName = servicesByName(catalog);
          const members = startOrder(view.services, byName);
          const services = members.flatMap((name) => byName.get(name) ?? []);
          return decide(catalog, view, services).admit ? true : null;
        };
        await poll(checkRoom, { everyMs: pollMs, signal });
      } catch (error) {
        queue.delete(view.window_id);
        throw error;
      }
    },
  };
}

const needsOf = (power: PowerHost, services: CatalogService[]): Map<string, Need> =>
  new Map(
    services.map((known) => [known.name, needOf(known, power.seen.get(known.name).memory_bytes)]),
  );

/** What windows and trials take now. */
function inUse(power: PowerHost, { services }: Catalog): Map<string, Need> {
  const leased = services.filter(({ name }) => power.leases.live(name).length > 0);
  return new Map([...needsOf(power, leased), ...power.trials]);
}

/**
 * Reserves room for the services of a trial beside the windows, if there is any; it does not wait, and `power.trials` holds
 * the room until `leaveTrial`.
 */
export const reserveTrial = (
  power: PowerHost,
  id: string,
  services: CatalogService[],
): Promise<Admission> =>
  power.lock.run('admission', async () => {
    await power.leases.refresh();
    const catalog = await power.catalog.current();
    const wanted = new Map(
      [...needsOf(power, services)].map(([name, need]) => [`${id}/${name}`, need]),
    );
    const admission = admit(wanted, inUse(power, catalog), catalog.budget, 0);
    if (admission.admit) for (const [name, need] of wanted) power.trials.set(name, need);
    return admission;
  });

export function leaveTrial(power: PowerHost, id: string): void {
  for (const name of power.trials.keys()) {
    if (name.startsWith(`${id}/`)) power.trials.delete(name);
  }
}
