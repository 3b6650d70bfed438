import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { findContainers } from '../../../activities/power/host/containers.ts';
import { restoreSettings } from '../../../activities/power/start/restore-settings.ts';
import { openStore } from '../../../store/index.ts';
import type { TestStack } from '../../../test/stack/stack.ts';
import { createPowerHost } from '../../../workers/madre/power-host.ts';
import type { Environment } from '../../environment.ts';
import type { Result } from '../../measure.ts';
import { figures, timed } from '../../sample.ts';

const services = 20;
const barMs = 100;

/** What comparing containers with their files adds to an opening, which waits for it before the first start. */
export async function comparedByOpening(
  { folder, samples }: Environment,
  { composeFile }: TestStack,
): Promise<Result> {
  const home = await mkdtemp(join(folder, 'opening-'));
  const store = await openStore(`sqlite:${join(home, 'vx11.db')}`);
  const power = await createPowerHost(
    {
      host: 'bench',
      home,
      composeFile,
      composeBinary: undefined,
      dockerConfig: home,
      socket: '/var/run/docker.sock',
      image: 'vx11:local',
      guard: false,
      key: null,
    },
    {
      store,
      registry: new Registry(),
      log: pino({ level: 'silent' }),
      onEngineEvents: () => undefined,
      onRounds: () => undefined,
    },
  );
  try {
    const { services: all } = await power.catalog.current();
    const some = all.filter(({ name }) => name.startsWith('bit-')).slice(0, services);
    const containers = await findContainers(power);
    const taken: number[] = [];
    for (let nth = 0; nth < samples(30); nth += 1) {
      const cause = { actor: 'bench', correlation_id: 'bench' };
      const [took, again] = await timed(() => restoreSettings(power, some, containers, cause));
      if (again.size > 0) throw new Error(`${[...again].join()} would be made again`);
      taken.push(took);
    }
    const ours = figures(taken);
    return {
      name: `what an opening of ${services} services compares first`,
      unit: 'ms',
      ours,
      plain: null,
      bar: `≤ ${barMs} ms`,
      met: ours.p50 <= barMs,
      n: ours.n,
      notes: ['all of it is added to the opening; each container is inspected once'],
    };
  } finally {
    power.watch.close();
    await store.close();
  }
}
