import { z } from 'zod';
import { madreCaller } from './chat.ts';
import { dslBlock } from './manifestator.ts';
import { patchId, patchTest, patchView } from './patch.ts';
import { patchOperations } from './patch-operation.ts';
import { confirmToken, planId, planStatus } from './plan.ts';
import { instant, serviceName } from './text.ts';

/** A service, or `stack` for what concerns no single one. */
const moduleName = serviceName.meta({ description: 'A service; or stack' });
const patchSeverity = z.enum(['low', 'normal', 'high', 'critical']);

export const createPatchBody = z.strictObject({
  module_name: moduleName,
  issue_description: z.string().min(1).max(500),
  severity: patchSeverity,
  direction: z.enum(['restore', 'adopt']).optional().meta({
    description: 'restore: as declared; the default. adopt: the file becomes as what runs',
  }),
  path: z.string().min(1).max(1000).optional().meta({ description: 'Only findings below it' }),
});
export type CreatePatchBody = z.infer<typeof createPatchBody>;

/**
 * `generated`: proved, and nothing is changed. `no_patch`: nothing can be done by one; `left` says why. `refused`: the proof
 * failed, see `test_result`.
 */
export const createPatchAnswer = z.strictObject({
  status: z.enum(['generated', 'no_patch', 'refused', 'ERROR']),
  patch_id: patchId.nullable(),
  module: z.string(),
  timestamp: instant,
  files_modified: z.array(z.string()),
  lines_changed: z.int(),
  r1_reasoning: z.string().nullable().meta({ description: 'Why a model chose it; null by rules' }),
  test_result: z.array(patchTest),
  left: z.array(z.strictObject({ kind: z.string(), path: z.string(), because: z.string() })),
  patch: patchView.nullable(),
  error: z.literal('off_by_policy').nullable(),
  hint: z.string().nullable(),
});
export type CreatePatchAnswer = z.infer<typeof createPatchAnswer>;

/** `stack_read_only`: madre may not write the folder; `diff` is for `git apply`. */
export const applyPatchAnswer = z.strictObject({
  status: z.enum([
    'waiting',
    'applying',
    'applied',
    'rolled_back',
    'failed',
    'conflict',
    'stack_read_only',
  ]),
  patch_id: patchId,
  plan_id: planId.nullable(),
  plan_status: planStatus.nullable(),
  confirm_token: confirmToken.nullable().optional().meta({ description: 'Not in a repeat' }),
  detail: z.string().nullable(),
  diff: z.string(),
});
export type ApplyPatchAnswer = z.infer<typeof applyPatchAnswer>;

/** `POST /patches/make` of madre. Without operations, and without blocks of the older language, rules find them. */
export const madrePatchCall = z.strictObject({
  ...madreCaller,
  ...createPatchBody.shape,
  operations: patchOperations.optional(),
  blocks: z.array(dslBlock).min(1).max(20).optional(),
});
export type MadrePatchCall = z.infer<typeof madrePatchCall>;

/** `POST /patches/apply` of madre. */
export const madreApplyCall = z.strictObject({ ...madreCaller, patch_id: patchId });
export type MadreApplyCall = z.infer<typeof madreApplyCall>;
