import type { Client } from '@temporalio/client';
import type { Registry } from 'prom-client';
import { createSeal } from '../../../activities/drift/seal.ts';
import { remoteImage } from '../../../activities/images/registry.ts';
import {
  createAntActivities,
  lookSoon,
  runAnts,
} from '../../../activities/incidents/create-activities.ts';
import type { AntDeps } from '../../../activities/incidents/deps.ts';
import type { AntActivities } from '../../../activities/incidents/incident-activities.ts';
import { createAntMetrics } from '../../../activities/incidents/metrics.ts';
import { fileExpiry } from '../../../activities/incidents/readers/certificate-files.ts';
import { createReaders } from '../../../activities/incidents/create-readers.ts';
import { readSituation } from '../../../activities/incidents/situation.ts';
import type { Pressure } from '../../../activities/module-health.ts';
import type { PowerHost } from '../../../activities/power/host/host.ts';
import { stackFolder } from '../../../activities/compose/stack-folder.ts';
import { readEnv } from '../../../contracts/env.ts';
import { antsScheduleId } from '../../../contracts/ids.ts';
import { readAntSettings } from '../../../domain/incidents/settings.ts';
import { retry } from '../../../platform/concurrency/retry.ts';

/** How long a round waits for the one before it. */
const roundMs = 60_000;
/** About half a minute in total; a new connection starts again. */
const mostTries = 10;

interface AntSetup {
  home: string;
  registry: Registry;
  pressure: Pressure;
  /** Seals values of variables in what the ant of drift compares. */
  key: string | null;
  /** The folder of Docker's config.json. */
  dockerConfig: string;
}

/** The ants of one host: their rounds, and the Schedule that starts them. */
export function createAnts(
  power: PowerHost,
  { home, registry, pressure, key, dockerConfig }: AntSetup,
): {
  activities: AntActivities;
  connected: (client: Client) => Promise<void>;
  everyMs: number;
  /** A round without Temporal, for the time in which it sleeps. */
  lookAlone: () => Promise<void>;
  /** Lets the ants look that were woken by something that must be seen within a minute. */
  lookSoon: () => Promise<void>;
} {
  const { host, store, clock, log } = power;
  const { VX11_ANTS_SECONDS: seconds } = readEnv(process.env, 'VX11_ANTS_SECONDS');
  const folder = stackFolder(power.compose.named);
  const settings = () => readAntSettings(power.catalog.settings()['ants']);
  const { readers, woken } = createReaders(power, {
    home,
    folder,
    settings,
    seal: createSeal(key),
    remote: (reference) => remoteImage(reference, dockerConfig),
  });
  const deps: AntDeps = {
    host,
    store,
    readers,
    woken,
    alone: (round) => power.lock.run('ants', round, roundMs),
    situation: () => readSituation(power),
    certificates: () =>
      settings().certificates.map(({ address, file = null }) => ({ address, file })),
    fileExpiry: (file) => fileExpiry(folder, file),
    pressure,
    metrics: createAntMetrics(registry),
    clock,
    random: Math.random,
    log,
  };
  const ensure = (client: Client) => async () => {
    const { ensureAntSchedule } = await import('../../temporal/ant-schedule.ts');
    await ensureAntSchedule(client, { host, seconds });
  };
  return {
    activities: createAntActivities(deps),
    everyMs: seconds * 1000,
    async lookAlone() {
      await runAnts(deps, { all: false, correlation_id: antsScheduleId(host) });
    },
    lookSoon: () => lookSoon(deps, antsScheduleId(host)),
    connected: (client) =>
      retry(ensure(client), { backoff: { firstMs: 1000, longestMs: 5000 }, tries: mostTries }),
  };
}
