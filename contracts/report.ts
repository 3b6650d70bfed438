import { z } from 'zod';
import { correlationId, instant } from './text.ts';

/** The subject of a report: a task, or one run of the autonomy loop from start to stop. */
export const reportKind = z.enum(['spawn', 'autonomy']);
export type ReportKind = z.infer<typeof reportKind>;

/** A report to madre about finished work. Only the first report per kind and subject is kept. */
export const report = z.strictObject({
  report_id: z.string(),
  at: instant,
  kind: reportKind,
  subject: z.string().meta({ description: 'The task, or the start time of the loop' }),
  status: z
    .string()
    .meta({ description: 'For a task: success, failed, timeout or error; for the loop: stopped' }),
  correlation_id: correlationId,
  report: z.unknown().meta({ description: 'As received' }),
});
export type Report = z.infer<typeof report>;

export const reportListAnswer = z.strictObject({ reports: z.array(report) });
