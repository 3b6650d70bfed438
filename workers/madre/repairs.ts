import { join } from 'node:path';
import { Counter, type Registry } from 'prom-client';
import type { PatchDeps } from '../../activities/patches/deps.ts';
import { createChangeHost } from '../../activities/patches/change/engine-host.ts';
import { createPatchRound } from '../../activities/patches/round.ts';
import type { PlanDeps } from '../../activities/plans/ports.ts';
import { renewContainers } from '../../activities/power/renew.ts';
import type { PowerHost } from '../../activities/power/host/host.ts';
import type { Llm } from '../../activities/providers/language-models.ts';
import { createRepairActivities } from '../../activities/repair/create-activities.ts';
import type { RepairDeps, RepairMetrics } from '../../activities/repair/deps.ts';
import type { RepairActivities } from '../../activities/repair/repair-activities.ts';
import { createRepairRound } from '../../activities/repair/round.ts';
import type { TrialDeps } from '../../activities/repair/trial/deps.ts';
import { createTrials } from '../../activities/repair/trials.ts';
import { stackFolder } from '../../activities/compose/stack-folder.ts';
import { readDriftSettings } from '../../domain/drift/settings.ts';
import { runsFolder } from '../../platform/runs-folder.ts';
import { utcDay } from '../../platform/time.ts';
import { callsOver, type TemporalConnection } from './temporal-connection.ts';

/** What changes the files of this host's stack. */
export const patchDeps = (power: PowerHost, home: string): PatchDeps => ({
  store: power.store,
  clock: power.clock,
  log: power.log,
  host: power.host,
  folder: () => stackFolder(power.compose.named),
  renew: (paths, by) => {
    const folder = stackFolder(power.compose.named);
    return renewContainers(
      power,
      paths.map((path) => join(folder, path)),
      by,
    );
  },
  backups: join(home, 'patches'),
  host_acts: createChangeHost(power, () => stackFolder(power.compose.named)),
  git: () => readDriftSettings(power.catalog.settings()['drift'], utcDay(power.clock())).git,
});

/** The repairs of one host: their activities, and the rounds that leave no repair and no patch without a judgement. */
export function createRepairs(
  power: PowerHost,
  connection: TemporalConnection,
  around: {
    home: string;
    registry: Registry;
    llm: Llm;
    plans: PlanDeps;
    patches: PatchDeps;
    trials: TrialDeps;
  },
): {
  activities: RepairActivities;
  round: () => Promise<void>;
  patchRound: () => Promise<void>;
} {
  const { home, registry, llm, plans, patches, trials } = around;
  const deps: RepairDeps = {
    power,
    trials: createTrials(trials),
    runs: callsOver(connection, 'repairs'),
    plans,
    llm,
    folder: runsFolder(home),
    metrics: repairMetrics(registry),
  };
  return {
    activities: createRepairActivities(deps),
    round: createRepairRound(deps),
    patchRound: createPatchRound(patches),
  };
}

function repairMetrics(registry: Registry): RepairMetrics {
  const repairs = new Counter({
    name: 'vx11_repairs_total',
    help: 'Repairs that ended, by status',
    labelNames: ['status'],
    registers: [registry],
  });
  const candidates = new Counter({
    name: 'vx11_repair_candidates_total',
    help: 'Changes that were tried in a copy, by verdict',
    labelNames: ['verdict'],
    registers: [registry],
  });
  return {
    ended: (status) => repairs.inc({ status }),
    tried: (verdict) => candidates.inc({ verdict }),
  };
}
