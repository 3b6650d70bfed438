import { z } from 'zod';
import { hostName, instant } from './text.ts';
import { checkRunId, checkRunView } from './checks.ts';
import { windowScheduleView } from './window-schedule.ts';

/** When checks run by themselves, as the compose file says. */
export const declaredSchedule = z.strictObject({
  name: z.string(),
  suites: z.array(z.string()).meta({ description: 'Suites or services; empty: all' }),
  /** Cron expressions of five fields, as Temporal reads them: all fields have to match. */
  cron: z.array(z.string()),
  timezone: z.string(),
  every_seconds: z.number().nullable(),
  jitter_seconds: z.number(),
  catchup_seconds: z.number().meta({ description: 'A firing that is later than this is missed' }),
  open: checkRunView.shape.open,
  flaky: checkRunView.shape.flaky,
  reason: z.string().nullable(),
  paused: z.boolean(),
  /** Why it cannot run; empty if it can. */
  problems: z.array(z.string()),
});
export type DeclaredSchedule = z.infer<typeof declaredSchedule>;

/** What the store keeps of a schedule. `spec` is what Temporal was last given; empty if it was given nothing. */
export interface KeptSchedule {
  name: string;
  spec: string;
  /** Whether people have paused it; the compose file may pause it as well. */
  paused: boolean;
  note: string | null;
  /** The next times, ISO 8601. */
  next: string[];
  skipped: number;
  missed: number;
}

/** A schedule as Temporal has it. */
export type SeenSchedule = Omit<KeptSchedule, 'name' | 'spec'>;

/** A schedule with what became of it. */
export const scheduleView = declaredSchedule.extend({
  host: hostName,
  note: z.string().nullable().meta({ description: 'Why it is paused' }),
  next: z.array(instant).meta({ description: 'The next times; none while it is paused' }),
  last_run_id: checkRunId.nullable(),
  last_fired_at: instant.nullable(),
  skipped: z.int().meta({ description: 'Firings left out because the run before still ran' }),
  missed: z.int().meta({ description: 'Firings that were too late, or could start nothing' }),
});
export type ScheduleView = z.infer<typeof scheduleView>;

export const scheduleListAnswer = z.strictObject({
  schedules: z.array(scheduleView).meta({ description: 'Those that run checks' }),
  windows: z.array(windowScheduleView).meta({ description: 'Those that open windows' }),
});

/** A schedule of either kind. */
export const steeredSchedule = z.union([scheduleView, windowScheduleView]);

export const pauseScheduleBody = z.strictObject({
  host: hostName.optional(),
  note: z.string().min(1).max(200).optional(),
});
/** Which host is meant; required if several have what is named. */
export const hostBody = pauseScheduleBody.pick({ host: true });
