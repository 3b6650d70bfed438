import type { Logger } from 'pino';
import type { PowerHost } from '../../activities/power/host/host.ts';
import { createSpawnKeeper } from '../../activities/tasks/task-lifecycle.ts';
import { createSandboxSweep } from '../../activities/tasks/sandbox-sweep.ts';
import type { SpawnKeeperActivities } from '../../activities/tasks/spawn-activities.ts';
import { createSpawnerWatch } from '../../activities/tasks/spawner-watch.ts';
import { createSpawnSweep, type SpawnRuns } from '../../activities/tasks/sweep.ts';
import { spawnsFolder } from '../../platform/task-folder.ts';
import type { TemporalDoor } from '../temporal/serve.ts';

const dayMs = 24 * 3_600_000;

/** Madre's part in tasks: the activities that end them when the spawner cannot, and a round that needs no Temporal. */
export function keepSpawns(
  power: PowerHost,
  door: TemporalDoor,
  settings: { home: string; callbackAllow: readonly string[]; historyDays: number; log: Logger },
): { activities: SpawnKeeperActivities; sweep: () => Promise<void> } {
  const { home, log } = settings;
  const runs = (): SpawnRuns => {
    if (door.spawns === null) throw new Error('Temporal is away');
    return door.spawns;
  };
  const sandboxes = createSandboxSweep(power.engine, home);
  const { store, host } = power;
  const monotonic = (): number => performance.now();
  const watch = createSpawnerWatch({ host, store, monotonic });
  const activities = createSpawnKeeper({
    store,
    watch,
    home,
    callbackAllow: settings.callbackAllow,
    removeSandboxes: (spawnId) => sandboxes.removeOf(spawnId),
    tellToEnd: (spawnId, by) => runs().end(spawnId, { reason: 'cancelled', by }),
    log,
  });
  const sweep = createSpawnSweep({
    host,
    store,
    runs: {
      runs: async (spawnId) => runs().runs(spawnId),
      end: async (spawnId, message) => runs().end(spawnId, message),
      endAndCallBack: async (view, message) => runs().endAndCallBack(view, message),
    },
    keeper: activities,
    sandboxes,
    folder: spawnsFolder(home),
    historyMs: settings.historyDays * dayMs,
    watch,
    clock: power.clock,
    wall: Date.now,
    monotonic,
    log,
  });
  return { activities, sweep };
}
