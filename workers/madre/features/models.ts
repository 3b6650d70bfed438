import { join } from 'node:path';
import { Counter, Gauge, type Registry } from 'prom-client';
import { createPullActivities } from '../../../activities/models/create-pull-activities.ts';
import type { ModelDeps, ModelMetrics } from '../../../activities/models/deps.ts';
import type { PullActivities } from '../../../activities/models/model-activities.ts';
import {
  createKeepRound,
  createProgressRound,
  createPullRound,
} from '../../../activities/models/round.ts';
import type { PowerHost } from '../../../activities/power/host/host.ts';
import { readEnv } from '../../../contracts/env.ts';
import { makeSharedFolder } from '../../../platform/files/shared-folder.ts';
import { callsOver, type TemporalConnection } from '../temporal-connection.ts';
import { whileLive } from './while-live.ts';

/** What this process stores for hermes' models, and the rounds that keep pulls and files in order. */
export function createModels(
  { host, store, clock }: Pick<PowerHost, 'host' | 'store' | 'clock'>,
  connection: TemporalConnection,
  registry: Registry,
): { activities: PullActivities; round: () => Promise<void>; progress: () => Promise<void> } {
  const env = readEnv(process.env, 'VX11_MODELS_MAX', 'VX11_MODELS_BYTES', 'VX11_MODEL_MAX_BYTES');
  const deps: ModelDeps = {
    host,
    store,
    clock,
    runs: callsOver(connection, 'models'),
    caps: {
      models: env.VX11_MODELS_MAX,
      bytes: env.VX11_MODELS_BYTES,
      fileBytes: env.VX11_MODEL_MAX_BYTES,
    },
    metrics: modelMetrics(registry),
  };
  const [pulls, keep] = [createPullRound(deps), createKeepRound(deps)];
  const progress = whileLive(createProgressRound(deps));
  return {
    activities: createPullActivities(deps),
    async round() {
      await pulls();
      await keep();
      await progress.seldom();
    },
    progress: progress.often,
  };
}

export const prepareModelsFolder = (home: string): Promise<void> =>
  makeSharedFolder(join(home, 'models'));

function modelMetrics(registry: Registry): ModelMetrics {
  const registers = [registry];
  const pulls = new Counter({
    name: 'vx11_model_pulls_total',
    help: 'Pulls of models that ended, by status',
    labelNames: ['status'],
    registers,
  });
  const models = new Gauge({
    name: 'vx11_models',
    help: 'Models that are ready',
    labelNames: ['host'],
    registers,
  });
  const bytes = new Gauge({
    name: 'vx11_model_bytes',
    help: 'Bytes of the files of models that are ready',
    labelNames: ['host'],
    registers,
  });
  return {
    ended: (status) => pulls.inc({ status }),
    kept(host, count, size) {
      models.set({ host }, count);
      bytes.set({ host }, size);
    },
  };
}
