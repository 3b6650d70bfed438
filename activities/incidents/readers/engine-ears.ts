import type { ServiceFact, ServiceMoment } from '../../../domain/incidents/facts.ts';
import type { Ant } from '../../../domain/incidents/ant.ts';
import type { EngineWatch } from '../../engine/watch.ts';

const keptMs = 3_600_000;
const mostKept = 1000;

/** What the Engine tells between looks: kills for lack of memory, and events that wake ants. */
export interface EngineEars {
  /** The ants that are to look; one that looks is taken out first. */
  woken: Set<string>;
  ooms(services: readonly ServiceFact[]): {
    at: ServiceMoment[];
    since: number;
    services: ServiceFact[];
  };
}

interface Around {
  clock: () => number;
  /** Whether this process works on a service, so that it causes what the Engine tells of it. */
  isOurs: (service: string) => boolean;
  /** The service of a running container that a window holds; null for any other. */
  serviceOf: (containerId: string) => string | null;
}

export function createEngineEars(
  watch: Pick<EngineWatch, 'subscribe' | 'subscribeNetworks'>,
  ants: readonly Ant[],
  { clock, isOurs, serviceOf }: Around,
): EngineEars {
  const since = clock();
  let kills: ServiceMoment[] = [];
  const woken = new Set<string>();
  /** Containers that have ended, which leave their networks and come back to them when they start. */
  const ended = new Set<string>();
  const wake = (action: string, of: 'wakes_on' | 'wakes_on_hand'): void => {
    for (const one of ants) if ((one[of] ?? []).includes(action)) woken.add(one.name);
  };
  watch.subscribe(({ id, action, service, at }) => {
    wake(action, 'wakes_on');
    if (!isOurs(service)) wake(action, 'wakes_on_hand');
    if (action === 'oom') kills = [...kills, { service, at }].slice(-mostKept);
    if (action === 'die') ended.add(id);
    if (action === 'start' || action === 'destroy') ended.delete(id);
  });
  watch.subscribeNetworks(({ id, action }) => {
    const service = serviceOf(id);
    if (service !== null && !ended.has(id) && !isOurs(service)) wake(action, 'wakes_on_hand');
  });
  return {
    woken,
    ooms(services) {
      kills = kills.filter(({ at }) => at > clock() - keptMs);
      return { at: kills, since, services: [...services] };
    },
  };
}
