import type { Catalog, CatalogService } from '../../contracts/service.ts';
import type { WindowView } from '../../contracts/window.ts';
import { admit, needOf, type Admission, type Need } from '../../domain/admission.ts';
import { servicesByName } from '../catalog.ts';
import type { PowerHost } from './host.ts';

/** Decides, one window after the other, whether the host has room, and reserves it by writing the leases. */
export interface Admissions {
  /** @param deadline of the leases that are written when there is room; epoch ms, null on hold */
  reserve(
    catalog: Catalog,
    view: WindowView,
    services: CatalogService[],
    deadline: number | null,
  ): Promise<Admission>;
  /** Waits in line until there may be room, or until `signal` is aborted. */
  wait(view: WindowView, signal: AbortSignal): Promise<void>;
}

const lookAgainMs = 1000;

export function createAdmissions(power: PowerHost): Admissions {
  /** Windows that wait, first come first. */
  const line: string[] = [];

  const needs = (services: CatalogService[]): Map<string, Need> =>
    new Map(
      services.map((known) => [known.name, needOf(known, power.seen.get(known.name).memory_bytes)]),
    );

  const decide = (catalog: Catalog, view: WindowView, services: CatalogService[]): Admission => {
    const byName = servicesByName(catalog);
    const leased = catalog.services.filter(({ name }) => power.leases.live(name).length > 0);
    const place = line.indexOf(view.window_id);
    const ahead = place === -1 ? line.length : place;
    const wanted = services.filter(({ name }) => byName.has(name));
    return admit(needs(wanted), needs(leased), catalog.budget, ahead);
  };

  return {
    reserve: (catalog, view, services, deadline) =>
      power.lock.run('admission', async () => {
        await power.leases.refresh();
        const admission = decide(catalog, view, services);
        if (!admission.admit) return admission;
        const { window_id, host } = view;
        await power.store.leases.put(
          services.map(({ name }) => ({
            window_id,
            host,
            service: name,
            deadline,
            is_open: false,
          })),
          power.clock(),
        );
        await power.leases.refresh();
        return admission;
      }),
    async wait(view, signal) {
      if (!line.includes(view.window_id)) line.push(view.window_id);
      try {
        for (;;) {
          signal.throwIfAborted();
          const catalog = await power.catalog.current();
          const byName = servicesByName(catalog);
          const services = view.services.flatMap((name) => byName.get(name) ?? []);
          if (decide(catalog, view, services).admit) return;
          await new Promise((resolve) => setTimeout(resolve, lookAgainMs));
        }
      } finally {
        const place = line.indexOf(view.window_id);
        if (place !== -1) line.splice(place, 1);
      }
    },
  };
}
