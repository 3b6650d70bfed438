import { z } from 'zod';
import { instant } from './text.ts';

/** The hash-chained logs. */
export const auditLog = z.enum(['events', 'intents']);
export type AuditLog = z.infer<typeof auditLog>;

const place = z.strictObject({ seq: z.int(), hash: z.string() }).nullable();

/** What a walk along one chain found. */
export const chainVerdict = z.strictObject({
  log: auditLog,
  ok: z.boolean(),
  checked: z.int().nullable().meta({ description: 'How many rows fit; null where one does not' }),
  broken_at: z
    .int()
    .nullable()
    .meta({ description: 'The number of the first row that does not fit' }),
  because: z.string().nullable(),
  anchor: place.meta({
    description: 'The last row that retention removed; null where all are there',
  }),
  head: place.meta({
    description:
      'The newest row when the walk began; null where nobody knows. Kept elsewhere, it shows a rewriting that nothing here can show',
  }),
});

export type ChainVerdict = z.infer<typeof chainVerdict>;

export const auditVerifyAnswer = z.strictObject({ ok: z.boolean(), logs: z.array(chainVerdict) });

/** An instant, or the number of a row: what comes after it is meant. */
export const auditSince = z.union([instant, z.string().regex(/^(0|[1-9]\d{0,14})$/)]);
