import { expect, test } from 'vitest';
import { readServices } from '../../../activities/incidents/readers/services.ts';
import { readSituation, type SituationSources } from '../../../activities/incidents/situation.ts';
import { healthAnt } from '../../../domain/incidents/ants/health.ts';

const service = (name: string, tier: string) => ({
  name,
  tier,
  depends_on: [],
  memory_bytes: null,
  replicas: 1,
});
const states: Record<string, string> = { madre: 'absent', postgres: 'exited', web: 'exited' };
/** A host whose madre is a process, as with `npm start`. */
const power = {
  host: 'box',
  store: { windows: { live: async () => [] } },
  catalog: {
    known: () => ({
      services: [
        service('madre', 'core'),
        service('postgres', 'infrastructure'),
        service('web', 'window'),
      ],
    }),
  },
  leases: { known: () => true, live: () => [] },
  lock: { busy: () => false },
  seen: { get: (name: string) => ({ state: states[name], note: null, memory_bytes: null }) },
} as unknown as SituationSources;

test('a core service that this Engine does not run is no trouble, and one that has ended is', async () => {
  const { isAsleep } = await readSituation(power);
  expect(['madre', 'postgres', 'web', 'of no file'].map(isAsleep)).toEqual([
    true,
    false,
    true,
    true,
  ]);
  const bad = healthAnt
    .look(await readServices(power, () => 0)(), 0)
    .filter(({ state }) => state === 'bad');
  expect(bad.map(({ title }) => title)).toEqual(['postgres is down although it should run']);
});
