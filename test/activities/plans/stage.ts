import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import type { PlanDeps, PlanRuns } from '../../../activities/plans/ports.ts';
import { VX11Error } from '../../../contracts/errors.ts';
import { openStore, type Store } from '../../../store/index.ts';
import { aService } from '../../domain/samples.ts';
import { catalog } from '../../gateway/fixture.ts';

/** What plans are made with: a real store, and a Temporal that only notes what is to run. */
export interface PlanStage {
  store: Store;
  deps: PlanDeps;
  /** Ids of plans. */
  started: string[];
  /** Epoch ms. */
  now: number;
  /** Temporal does not answer. */
  away: boolean;
  /** Temporal knows none of the runs. */
  lost: boolean;
  close(): Promise<void>;
}

const never = () => Promise.reject(new Error('not here'));

export async function startPlans(): Promise<PlanStage> {
  const folder = await mkdtemp(join(tmpdir(), 'vx11-plans-'));
  const store = await openStore(`sqlite:${join(folder, 'vx11.db')}`);
  const confirm = { quorum: 2, no_self_approval: true, expires_ms: 60_000 };
  await store.services.saveCatalog({ ...catalog([aService('web'), aService('db')]), confirm }, []);
  const runs: PlanRuns = {
    start: async ({ plan_id }) => {
      if (stage.away) throw new VX11Error('temporal_unavailable', 'away');
      stage.started.push(plan_id);
    },
    runs: async () => !stage.lost,
    openWindow: never,
    extendWindow: never,
    closeWindow: never,
    releaseService: never,
    restartService: never,
    cancelRestart: never,
  };
  const stage: PlanStage = {
    store,
    deps: {
      store,
      clock: () => stage.now,
      log: pino({ level: 'silent' }),
      runs: () => runs,
      spawner: null,
      roles: {},
    },
    started: [],
    now: Date.now(),
    away: false,
    lost: false,
    async close() {
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
  return stage;
}
