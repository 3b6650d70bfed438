import type { Logger } from 'pino';
import type { PowerHost } from '../../activities/power/host/host.ts';
import { createTaskLifecycle } from '../../activities/tasks/task-lifecycle.ts';
import { createSandboxSweep } from '../../activities/tasks/sandbox-sweep.ts';
import type { TaskLifecycleActivities } from '../../activities/tasks/task-activities.ts';
import { createSpawnerWatch } from '../../activities/tasks/spawner-watch.ts';
import { createTaskSweep, type TaskRuns } from '../../activities/tasks/sweep.ts';
import { tasksFolder } from '../../platform/task-folder.ts';
import type { TemporalConnection } from './temporal-connection.ts';

const dayMs = 24 * 3_600_000;

/** madre's part in tasks: the activities that end them when the spawner cannot, and a sweep that needs no Temporal. */
export function runTaskLifecycle(
  power: PowerHost,
  connection: TemporalConnection,
  settings: { home: string; callbackAllow: readonly string[]; historyDays: number; log: Logger },
): { activities: TaskLifecycleActivities; sweep: () => Promise<void> } {
  const { home, log } = settings;
  const runs = (): TaskRuns => {
    if (connection.tasks === null) throw new Error('Temporal is away');
    return connection.tasks;
  };
  const sandboxes = createSandboxSweep(power.engine, home);
  const { store, host } = power;
  const monotonic = (): number => performance.now();
  const watch = createSpawnerWatch({ host, store, monotonic });
  const activities = createTaskLifecycle({
    store,
    watch,
    home,
    callbackAllow: settings.callbackAllow,
    removeSandboxes: (taskId) => sandboxes.removeOf(taskId),
    requestEnd: (taskId, by) => runs().end(taskId, { reason: 'cancelled', by }),
    log,
  });
  const sweep = createTaskSweep({
    host,
    store,
    runs: {
      runs: async (taskId) => runs().runs(taskId),
      end: async (taskId, message) => runs().end(taskId, message),
      endAndCallBack: async (view, message) => runs().endAndCallBack(view, message),
    },
    keeper: activities,
    sandboxes,
    folder: tasksFolder(home),
    historyMs: settings.historyDays * dayMs,
    watch,
    clock: power.clock,
    wall: Date.now,
    monotonic,
    log,
  });
  return { activities, sweep };
}
