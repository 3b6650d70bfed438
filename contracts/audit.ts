import { z } from 'zod';
import { instant } from './text.ts';

/** The hash-chained logs. */
export const auditLog = z.enum(['events', 'intents']);
export type AuditLog = z.infer<typeof auditLog>;

const chainPosition = z.strictObject({ seq: z.int(), hash: z.string() }).nullable();

/** The result of verifying one hash chain. */
export const chainVerdict = z.strictObject({
  log: auditLog,
  ok: z.boolean(),
  checked: z
    .int()
    .nullable()
    .meta({ description: 'Number of rows verified; null if the chain is broken' }),
  broken_at: z.int().nullable().meta({ description: 'seq of the first row whose hash is wrong' }),
  because: z.string().nullable(),
  anchor: chainPosition.meta({
    description: 'The last row that retention removed; null if none was removed',
  }),
  head: chainPosition.meta({
    description:
      'The newest row when verification began; null if unknown. Store it elsewhere to detect a rewrite of the whole chain',
  }),
});

export type ChainVerdict = z.infer<typeof chainVerdict>;

export const auditVerifyAnswer = z.strictObject({ ok: z.boolean(), logs: z.array(chainVerdict) });

/** An instant or a row number (`seq`); the export begins after it. */
export const auditSince = z.union([instant, z.string().regex(/^(0|[1-9]\d{0,14})$/)]);
