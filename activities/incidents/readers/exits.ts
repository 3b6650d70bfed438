import type { ServiceFact, ServiceMoment } from '../../../domain/incidents/facts.ts';
import type { Store } from '../../../store/index.ts';

const windowMs = 600_000;
const most = 500;

/** The ends of the last ten minutes that nobody asked for, from the event log. */
export const readExits =
  (
    { host, store, clock }: { host: string; store: Store; clock: () => number },
    services: () => Promise<ServiceFact[]>,
  ) =>
  async (): Promise<{ at: ServiceMoment[]; services: ServiceFact[] }> => {
    const types = ['service.stopped'] as const;
    const from = clock() - windowMs;
    const { events } = await store.events.page({ types, host, from, limit: most });
    const at = events.flatMap((event): ServiceMoment[] => {
      const { by } = event.payload;
      const isUnasked = by === 'someone_else' || by === 'itself';
      return isUnasked && event.service !== null
        ? [{ service: event.service, at: Date.parse(event.at) }]
        : [];
    });
    return { at, services: await services() };
  };
