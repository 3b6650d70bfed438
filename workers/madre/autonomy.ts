import { availableParallelism, freemem, loadavg, totalmem } from 'node:os';
import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { AutonomyActivities } from '../../activities/autonomy/autonomy-activities.ts';
import { createAutonomyActivities } from '../../activities/autonomy/create-activities.ts';
import { hasBusiness } from '../../activities/autonomy/effects.ts';
import { createAutonomyMetrics } from '../../activities/autonomy/metrics.ts';
import type { Propose } from '../../activities/autonomy/deps.ts';
import type { PlanDeps } from '../../activities/plans/ports.ts';
import { proposePlan } from '../../activities/plans/propose.ts';
import type { Llm } from '../../activities/providers/language-models.ts';
import { noteHealth } from '../../activities/module-health.ts';
import { readEnv } from '../../contracts/env.ts';
import { retry } from '../../platform/concurrency/retry.ts';
import type { Store } from '../../store/index.ts';

const usdPerDay = 0.5;
const tokensPerDay = 200_000;
/** About half a minute in total; a new connection starts again. */
const mostTries = 10;

/** madre's loop: its activities, and the code that keeps its Schedule in line with the store. */
export interface MadreAutonomy {
  activities: AutonomyActivities;
  /** To be called with every new connection to Temporal. */
  connected(client: Client): Promise<void>;
  /**
   * Triggers a round if the loop is stopped but has requested work. To be called at the interval of rounds; throws while
   * Temporal is unavailable.
   */
  attend(): Promise<void>;
  readonly intervalMs: number;
  /** Determines and records the health of all parts. */
  keepHealth(): Promise<void>;
}

export function madreAutonomy(deps: {
  host: string;
  store: Store;
  registry: Registry;
  log: Logger;
  clock: () => number;
  llm: Llm;
  plans: PlanDeps;
  mayRepair: () => boolean;
}): MadreAutonomy {
  const env = readEnv(
    process.env,
    'VX11_AUTONOMY_SECONDS',
    'VX11_AUTONOMY_ACTIONS_PER_HOUR',
    'VX11_AUTONOMY_USD_PER_DAY',
    'VX11_AUTONOMY_TOKENS_PER_DAY',
  );
  const { host, store, registry } = deps;
  const limits = {
    actions_per_hour: env.VX11_AUTONOMY_ACTIONS_PER_HOUR,
    llm_usd_per_day: env.VX11_AUTONOMY_USD_PER_DAY ?? usdPerDay,
    llm_tokens_per_day: env.VX11_AUTONOMY_TOKENS_PER_DAY ?? tokensPerDay,
  };
  const metrics = createAutonomyMetrics(registry);
  const propose: Propose = (proposal) =>
    proposePlan(deps.plans, { source: 'autonomous', ...proposal });
  const seconds = env.VX11_AUTONOMY_SECONDS;
  let temporal: Client | undefined;
  return {
    activities: createAutonomyActivities({
      ...deps,
      propose,
      pressure: hostPressure,
      limits,
      metrics,
    }),
    intervalMs: seconds * 1000,
    keepHealth: async () =>
      void (await noteHealth({ host, store, pressure: hostPressure }, deps.clock())),
    async attend() {
      const { running } = await store.autonomy.state();
      if (temporal === undefined || running) return;
      if (!(await hasBusiness(store, deps.clock()))) return;
      const { triggerRound } = await import('../temporal/autonomy-schedule.ts');
      await triggerRound(temporal, host);
    },
    async connected(client) {
      temporal = client;
      const ensure = async (): Promise<void> => {
        const { running } = await store.autonomy.state();
        const { ensureAutonomySchedule } = await import('../temporal/autonomy-schedule.ts');
        await ensureAutonomySchedule(client, { host, seconds, running });
        await store.autonomy.scheduled(host, seconds);
      };
      await retry(ensure, { backoff: { firstMs: 1000, longestMs: 5000 }, tries: mostTries });
    },
  };
}

const cores = availableParallelism();
/** The pressure on this machine. */
export const hostPressure = () => ({
  load: (loadavg()[0] ?? 0) / cores,
  memory: 1 - freemem() / totalmem(),
});
