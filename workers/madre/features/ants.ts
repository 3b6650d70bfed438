import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Client } from '@temporalio/client';
import type { Registry } from 'prom-client';
import { createAntActivities } from '../../../activities/incidents/create-activities.ts';
import type { AntDeps } from '../../../activities/incidents/deps.ts';
import type { AntActivities } from '../../../activities/incidents/incident-activities.ts';
import { createAntMetrics } from '../../../activities/incidents/metrics.ts';
import { createReaders } from '../../../activities/incidents/create-readers.ts';
import { readSituation } from '../../../activities/incidents/situation.ts';
import type { Pressure } from '../../../activities/module-health.ts';
import type { PowerHost } from '../../../activities/power/host/host.ts';
import { stackFolder } from '../../../activities/compose/stack-folder.ts';
import { readEnv } from '../../../contracts/env.ts';
import { readAntSettings } from '../../../domain/incidents/settings.ts';
import { retry } from '../../../platform/concurrency/retry.ts';
import { ensureAntSchedule } from '../../temporal/ant-schedule.ts';

/** About half a minute in total; a new connection starts again. */
const mostTries = 10;

/** The ants of one host: their rounds, and the Schedule that starts them. */
export function createAnts(
  power: PowerHost,
  { home, registry, pressure }: { home: string; registry: Registry; pressure: Pressure },
): { activities: AntActivities; connected: (client: Client) => Promise<void> } {
  const { host, store, clock, log } = power;
  const { VX11_ANTS_SECONDS: seconds } = readEnv(process.env, 'VX11_ANTS_SECONDS');
  const folder = stackFolder(power.compose.named);
  const settings = () => readAntSettings(power.catalog.settings()['ants']);
  const { readers, woken } = createReaders(power, { home, folder, settings });
  const deps: AntDeps = {
    host,
    store,
    readers,
    woken,
    situation: () => readSituation(power),
    certificates: () =>
      settings().certificates.map(({ address, file = null }) => ({ address, file })),
    fileExpiry: async (file) =>
      Date.parse(new X509Certificate(await readFile(resolve(folder, file))).validTo),
    pressure,
    metrics: createAntMetrics(registry),
    clock,
    random: Math.random,
    log,
  };
  const ensure = (client: Client) => () => ensureAntSchedule(client, { host, seconds });
  return {
    activities: createAntActivities(deps),
    connected: (client) =>
      retry(ensure(client), { backoff: { firstMs: 1000, longestMs: 5000 }, tries: mostTries }),
  };
}
