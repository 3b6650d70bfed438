import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import type { PlanDeps, PlanRuns } from '../../../activities/plans/ports.ts';
import { VX11Error } from '../../../contracts/errors.ts';
import { openStore, type Store } from '../../../store/index.ts';
import { aService } from '../../domain/samples.ts';
import { catalog } from '../../gateway/fixture.ts';
import { noRuns, nothingElse } from './no-checks.ts';

/** The dependencies of plans: a real store, and a Temporal that only records which runs to start. */
export interface PlanFixture {
  store: Store;
  deps: PlanDeps;
  /** Ids of plans. */
  started: string[];
  /** Epoch ms. */
  now: number;
  /** Whether Temporal is unavailable. */
  away: boolean;
  /** Whether Temporal has lost all runs. */
  lost: boolean;
  close(): Promise<void>;
}

export async function startPlans(): Promise<PlanFixture> {
  const folder = await mkdtemp(join(tmpdir(), 'vx11-plans-'));
  const store = await openStore(`sqlite:${join(folder, 'vx11.db')}`);
  const confirm = { quorum: 2, no_self_approval: true, expires_ms: 60_000 };
  await store.services.saveCatalog({ ...catalog([aService('web'), aService('db')]), confirm }, []);
  const runs: PlanRuns = {
    ...noRuns,
    start: async ({ plan_id }) => {
      if (fixture.away) throw new VX11Error('temporal_unavailable', 'away');
      fixture.started.push(plan_id);
    },
    runs: async () => !fixture.lost,
  };
  const fixture: PlanFixture = {
    store,
    deps: {
      store,
      clock: () => fixture.now,
      log: pino({ level: 'silent' }),
      runs: () => runs,
      spawner: null,
      ...nothingElse,
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
  return fixture;
}
