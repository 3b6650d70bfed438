import { z } from 'zod';
import { hostName, instant } from './text.ts';

export const patchId = z
  .string()
  .max(64)
  .regex(/^patch-[0-9a-f]{8,}$/, 'must be a patch id');

export const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/);

/** One file of a patch, without its content. */
export const patchFile = z.strictObject({
  path: z.string().min(1).max(1000),
  before_sha256: sha256Hex.nullable().meta({ description: 'Null if the patch creates the file' }),
  after_sha256: sha256Hex.nullable().meta({ description: 'Null if the patch removes the file' }),
});
export type PatchFile = z.infer<typeof patchFile>;

/**
 * `applied`: written, and not judged yet. `stale`: a file changed after it was proposed, so nothing was written.
 * `conflict`: a file changed after it was applied, so it was not taken back.
 */
export const patchStatus = z.enum([
  'proposed',
  'applied',
  'kept',
  'rolled_back',
  'stale',
  'conflict',
  'dropped',
]);
export type PatchStatus = z.infer<typeof patchStatus>;

export const patchView = z.strictObject({
  patch_id: patchId,
  repair_id: z.string().nullable(),
  plan_id: z.string().nullable(),
  reverts: patchId.optional().meta({ description: 'The patch that it takes back' }),
  host: hostName,
  cause: z.string(),
  status: patchStatus,
  detail: z.string().nullable(),
  diff: z.string(),
  diff_sha256: sha256Hex,
  files: z.array(patchFile),
  created_at: instant,
  applied_at: instant.nullable(),
  ended_at: instant.nullable(),
});
export type PatchView = z.infer<typeof patchView>;

export const patchListAnswer = z.strictObject({
  patches: z.array(patchView),
  next_cursor: z.string().nullable(),
});
