import { z } from 'zod';
import { instant } from './text.ts';

export const noticeSeverity = z.enum(['info', 'warn', 'high', 'critical']);
export type NoticeSeverity = z.infer<typeof noticeSeverity>;

/** What people are notified of. `test` is sent on request only. */
export const noticeType = z.enum([
  'window.deadline',
  'window.failed',
  'window.residue',
  'plan.waiting',
  'checks.red',
  'patch.rolled_back',
  'repair.failed',
  'schedule.missed',
  'schedule.skipped',
  'incident.opened',
  'incident.resolved',
  'incident.flapping',
  'incident.storm',
  'drift.found',
  'routing.key_out',
  'test',
]);
export type NoticeType = z.infer<typeof noticeType>;

/** One notification. Its texts are plain text without control characters. */
export const notice = z.strictObject({
  type: noticeType,
  severity: noticeSeverity,
  title: z.string(),
  text: z.string().meta({ description: 'What happened and what to do next' }),
  subject: z.string().meta({ description: 'The id of what it is about' }),
  at: instant,
  valid_until: instant.nullable().meta({ description: 'After this it is not sent any more' }),
});
export type Notice = z.infer<typeof notice>;
