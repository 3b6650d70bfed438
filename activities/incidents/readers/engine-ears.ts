import type { ServiceFact, ServiceMoment } from '../../../domain/incidents/facts.ts';
import type { Ant } from '../../../domain/incidents/ant.ts';
import type { EngineWatch } from '../../engine/watch.ts';

const keptMs = 3_600_000;
const mostKept = 1000;

/** What the Engine tells between looks: kills for lack of memory, and events that wake ants. */
export interface EngineEars {
  /** The ants that were woken since the last call. */
  woken(): ReadonlySet<string>;
  ooms(services: readonly ServiceFact[]): {
    at: ServiceMoment[];
    since: number;
    services: ServiceFact[];
  };
}

export function createEngineEars(
  watch: Pick<EngineWatch, 'subscribe'>,
  ants: readonly Ant[],
  clock: () => number,
): EngineEars {
  const since = clock();
  let kills: ServiceMoment[] = [];
  let woken = new Set<string>();
  watch.subscribe(({ action, service, at }) => {
    for (const { name, wakes_on = [] } of ants) if (wakes_on.includes(action)) woken.add(name);
    if (action === 'oom') kills = [...kills, { service, at }].slice(-mostKept);
  });
  return {
    woken() {
      const now = woken;
      woken = new Set();
      return now;
    },
    ooms(services) {
      kills = kills.filter(({ at }) => at > clock() - keptMs);
      return { at: kills, since, services: [...services] };
    },
  };
}
