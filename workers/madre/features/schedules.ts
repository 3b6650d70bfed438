import { Counter, type Registry } from 'prom-client';
import type {
  ScheduleActivities,
  ScheduleDeps,
} from '../../../activities/checks/schedules/deps.ts';
import { createScheduleActivities } from '../../../activities/checks/schedules/fire.ts';
import { createScheduleRound } from '../../../activities/checks/schedules/round.ts';
import type { PowerHost } from '../../../activities/power/host/host.ts';
import { callsOver, type TemporalConnection } from '../temporal-connection.ts';

/** The schedules of one host's checks: what a firing does, and the round that keeps Temporal in line with the file. */
export function createSchedules(
  power: PowerHost,
  connection: TemporalConnection,
  registry: Registry,
): { activities: ScheduleActivities; round: () => Promise<void> } {
  const firings = new Counter({
    name: 'vx11_schedule_firings_total',
    help: 'Firings of schedules, by whether they started a run of checks',
    labelNames: ['schedule', 'outcome'],
    registers: [registry],
  });
  const deps: ScheduleDeps = {
    power,
    calls: () => connection.schedules,
    runs: callsOver(connection, 'checks'),
    fired: (schedule, outcome) => firings.inc({ schedule, outcome }),
  };
  return { activities: createScheduleActivities(deps), round: createScheduleRound(deps) };
}
