import { Counter, Histogram, type Registry } from 'prom-client';
import type { CheckActivities } from '../../activities/checks/check-activities.ts';
import { createCheckActivities } from '../../activities/checks/create-activities.ts';
import type { CheckDeps, CheckMetrics } from '../../activities/checks/deps.ts';
import { createCheckRound } from '../../activities/checks/round.ts';
import type { PowerHost } from '../../activities/power/host/host.ts';
import { createTaskRunner } from '../../activities/tasks/run-to-end.ts';
import { runsFolder } from '../../platform/runs-folder.ts';
import { version } from '../../platform/version.ts';
import { callsOver, type TemporalConnection } from './temporal-connection.ts';

/** The checks of one host: their activities, and a round that leaves no run running without a workflow. */
export function createChecks(
  power: PowerHost,
  connection: TemporalConnection,
  { home, registry }: { home: string; registry: Registry },
): { deps: CheckDeps; activities: CheckActivities; round: () => Promise<void> } {
  const deps: CheckDeps = {
    power,
    runs: callsOver(connection, 'checks'),
    tasks: createTaskRunner({
      store: power.store,
      clock: power.clock,
      runs: () => connection.tasks,
    }),
    folder: runsFolder(home),
    version,
    metrics: checkMetrics(registry),
  };
  return { deps, activities: createCheckActivities(deps), round: createCheckRound(deps) };
}

function checkMetrics(registry: Registry): CheckMetrics {
  const runs = new Counter({
    name: 'vx11_checks_total',
    help: 'Runs of checks that ended, by suite and status',
    labelNames: ['suite', 'status'],
    registers: [registry],
  });
  const tries = new Histogram({
    name: 'vx11_check_seconds',
    help: 'How long one try of a check took',
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10, 60],
    registers: [registry],
  });
  const throttled = new Counter({
    name: 'vx11_checks_throttled_seconds_total',
    help: 'How long loads of checks were held back because the host was busy',
    registers: [registry],
  });
  return {
    ended: (suite, status) => runs.inc({ suite, status }),
    checked: (seconds) => tries.observe(seconds),
    throttled: (seconds) => throttled.inc(seconds),
  };
}
