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
    const filter = { types: ['service.stopped'] as const, from: clock() - windowMs, limit: most };
    const { events } = await store.events.page(filter);
    const at = events.flatMap((event): ServiceMoment[] => {
      const { by } = event.payload;
      const isOurs = event.host === host && (by === 'someone_else' || by === 'itself');
      return isOurs && event.service !== null
        ? [{ service: event.service, at: Date.parse(event.at) }]
        : [];
    });
    return { at, services: await services() };
  };
