import { z } from 'zod';
import { correlationId, instant } from './text.ts';

/** What is reported on: a spawned task, or a stretch of madre's loop. */
export const reportKind = z.enum(['spawn', 'autonomy']);
export type ReportKind = z.infer<typeof reportKind>;

/** What somebody told madre when work was done: one report a kind and subject, the first one. */
export const report = z.strictObject({
  report_id: z.string(),
  at: instant,
  kind: reportKind,
  subject: z
    .string()
    .meta({ description: 'The task, or the instant at which the loop was started' }),
  status: z
    .string()
    .meta({ description: 'success, failed, timeout or error of a task; stopped of the loop' }),
  correlation_id: correlationId,
  report: z.unknown().meta({ description: 'As it came' }),
});
export type Report = z.infer<typeof report>;

export const reportListAnswer = z.strictObject({ reports: z.array(report) });
