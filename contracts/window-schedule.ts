import { z } from 'zod';
import { hostName, instant, reasonText, scheduleName, serviceName, windowId } from './text.ts';

const services = z.array(serviceName).min(1).max(50);
const cronText = z.string().min(1).max(200);
const cronList = z.union([cronText, z.array(cronText).min(1).max(20)]);

/** When a window opens by itself. */
export const declaredWindowSchedule = z.strictObject({
  name: z.string(),
  services: z.array(z.string()),
  cron: z
    .array(z.string())
    .meta({ description: 'In figures; a time is due if one of them matches' }),
  timezone: z.string(),
  ttl_seconds: z.number(),
  reason: z.string().nullable(),
  /** Paused in the compose file. */
  paused: z.boolean(),
  /** Why it cannot run; empty if it can. */
  problems: z.array(z.string()),
});
export type DeclaredWindowSchedule = z.infer<typeof declaredWindowSchedule>;

export const occurrenceOutcome = z.enum(['opened', 'skipped_open', 'missed', 'refused']);
export type OccurrenceOutcome = z.infer<typeof occurrenceOutcome>;

/** What became of one of its times. */
export const decidedOccurrence = z.strictObject({
  slot: z.string().meta({ description: 'Its local date and time' }),
  at: instant,
  outcome: occurrenceOutcome,
  window_id: windowId.nullable(),
  detail: z.string().nullable(),
});
export type DecidedOccurrence = z.infer<typeof decidedOccurrence>;

export const nextOccurrence = z.strictObject({
  at: instant,
  local: z.string().meta({ description: 'The same in its time zone, with the offset' }),
  moved: z
    .boolean()
    .meta({ description: 'Clocks skip its time on that day, so it opens when they continue' }),
});

export const windowScheduleView = declaredWindowSchedule.extend({
  host: hostName,
  source: z.enum(['file', 'api']),
  owner: z.string(),
  paused_in_file: z.boolean().meta({ description: 'Only the compose file can resume it' }),
  note: z.string().nullable().meta({ description: 'Why it is paused' }),
  next: z.array(nextOccurrence).meta({ description: 'The next five; none while it is paused' }),
  last: z.array(decidedOccurrence).meta({ description: 'The last five, newest first' }),
});
export type WindowScheduleView = z.infer<typeof windowScheduleView>;

export const addScheduleBody = z.strictObject({
  name: scheduleName,
  services,
  cron: cronList,
  timezone: z.string().max(64).optional(),
  ttl_seconds: z.int().min(1).max(86_400),
  reason: reasonText.optional(),
  host: hostName.optional(),
});
export type AddScheduleBody = z.infer<typeof addScheduleBody>;

export const removeScheduleQuery = z.strictObject({ host: hostName.optional() });
