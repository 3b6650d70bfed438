import type { CheckRunStatus } from '../../../contracts/checks.ts';
import type { DeclaredSchedule, KeptSchedule, SeenSchedule } from '../../../contracts/schedule.ts';
import type { ChecksPort } from '../../plans/ports.ts';
import type { PowerHost } from '../../power/host/host.ts';

/** The Schedules of one host, as Temporal has them. */
export interface ScheduleCalls {
  /** Null if Temporal does not have it. */
  look(host: string, name: string): Promise<SeenSchedule | null>;
  /** Creates it, or changes it to this. */
  write(
    host: string,
    schedule: DeclaredSchedule,
    state: Pick<KeptSchedule, 'paused' | 'note'>,
  ): Promise<void>;
  /** Already gone is done. */
  remove(host: string, name: string): Promise<void>;
}

export interface ScheduleDeps {
  power: PowerHost;
  /** Null while Temporal is unavailable. */
  calls: () => ScheduleCalls | null;
  /** Throws `temporal_unavailable` while Temporal is unavailable. */
  runs: () => Pick<ChecksPort, 'startChecks'>;
  /** Counts a firing. */
  fired(schedule: string, outcome: 'started' | 'missed'): void;
}

/** What became of a firing. */
export type ScheduledEnd =
  { run_id: string; status: CheckRunStatus } | { run_id: null; missed: string };

/** The activity of a schedule's workflow; it is safe to run twice with the same input. */
export interface ScheduleActivities {
  /**
   * Starts the run of a firing and waits for its end, so that the next firing finds it.
   * @param input.firing identifies the firing: every attempt gets the same run
   * @param input.fired_at when Temporal started it, in epoch ms
   */
  runScheduled(input: { name: string; firing: string; fired_at: number }): Promise<ScheduledEnd>;
}
