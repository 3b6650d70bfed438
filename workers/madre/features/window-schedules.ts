import { createWindowScheduleActivities } from '../../../activities/schedules/attend.ts';
import type {
  WindowScheduleActivities,
  WindowScheduleDeps,
} from '../../../activities/schedules/deps.ts';
import { createWindowScheduleRound } from '../../../activities/schedules/round.ts';
import type { PowerHost } from '../../../activities/power/host/host.ts';
import { callsOver, type TemporalConnection } from '../temporal-connection.ts';

/** The scheduled windows of one host: what a time that has come does, and the round that keeps their workflows running. */
export function createWindowSchedules(
  power: PowerHost,
  connection: TemporalConnection,
): { activities: WindowScheduleActivities; round: () => Promise<void> } {
  const windows = callsOver(connection, 'windows');
  const deps: WindowScheduleDeps = {
    power,
    runs: () => connection.windowSchedules,
    startWindow: async (view) => windows().start(view),
  };
  return {
    activities: createWindowScheduleActivities(deps),
    round: createWindowScheduleRound(deps),
  };
}
