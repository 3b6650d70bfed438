import { z } from 'zod';
import { patchId, patchTest } from './patch.ts';
import { instant, jsonValue, serviceName } from './text.ts';

const names = z.array(z.string().min(1).max(200)).max(500);
const evidence = z.strictObject({ missing: names, extra: names });
const risk = z.enum(['low', 'mid', 'high']);
const planAction = z.strictObject({
  action: z.enum(['add', 'remove']),
  target: z.string(),
  reason: z.string(),
});

export const validateDriftBody = z.strictObject({
  drift_evidence: evidence,
  state: z.record(z.string(), jsonValue).optional(),
});
export type ValidateDriftBody = z.infer<typeof validateDriftBody>;
export const validateDriftAnswer = z.strictObject({
  valid: z.boolean(),
  issues: z.array(z.string()),
  risk,
  hash: z.string().regex(/^[0-9a-f]{12}$/),
});
export type ValidateDriftAnswer = z.infer<typeof validateDriftAnswer>;

export const patchPlanBody = z.strictObject({
  drift_evidence: evidence,
  scope: z.enum(['local', 'global']).optional(),
});
export type PatchPlanBody = z.infer<typeof patchPlanBody>;
export const patchPlanAnswer = z.strictObject({
  plan_id: z.string(),
  actions: z.array(planAction),
  risk,
  estimated_time_sec: z.int(),
  notes: z.string(),
});
export type PatchPlanAnswer = z.infer<typeof patchPlanAnswer>;

export const builderSpecBody = z.strictObject({
  module: z.string().min(1).max(200),
  patchplan: z.strictObject({ actions: z.array(planAction).max(1000) }),
  constraints: z.record(z.string(), jsonValue).optional(),
  context: z.record(z.string(), jsonValue).optional(),
});
export type BuilderSpecBody = z.infer<typeof builderSpecBody>;
export const builderSpecAnswer = z.strictObject({
  builder_id: z.string(),
  actions: z.array(
    z.strictObject({
      step: z.int(),
      type: z.enum(['add', 'remove']),
      target: z.string(),
      reason: z.string(),
      executable: z.literal(false),
    }),
  ),
  artifacts: z.array(z.string()),
  risk,
  estimated_time: z.int(),
  hash: z.string().regex(/^[0-9a-f]{16}$/),
});
export type BuilderSpecAnswer = z.infer<typeof builderSpecAnswer>;

/** The older language for changes: each block sets or removes one key of one service. */
export const dslBlock = z.strictObject({
  target: serviceName,
  operation: z.enum(['set', 'create', 'delete', 'replace']),
  key: z.string().min(1).max(300).meta({ description: 'Such as environment.MODE' }),
  value: z.union([z.string().max(4000), z.number(), z.boolean()]).optional(),
  depends_on: z.array(z.int().min(0)).max(20).optional(),
});
export type DslBlock = z.infer<typeof dslBlock>;
export const dslPlanBody = z.strictObject({ blocks: z.array(dslBlock).min(1).max(20) });

/** `refused`: its simulation failed, and there is no patch. */
export const dslPlanAnswer = z.strictObject({
  dsl_id: patchId.nullable(),
  status: z.enum(['planned', 'refused', 'ERROR']),
  test_result: z.array(patchTest),
  diff: z.string(),
  error: z.string().nullable(),
  hint: z.string().nullable(),
});

export const railsMapAnswer = z.strictObject({
  version: z.int(),
  hash: z.string(),
  lanes: z.array(z.string()),
  services: z.array(z.string()),
});
export const railsRefreshAnswer = z.strictObject({
  old_version: z.int(),
  new_version: z.int(),
  old_hash: z.string(),
  new_hash: z.string(),
  changes: z.int(),
  duration_ms: z.number(),
});

const line = z.string().min(1).max(500);
export const emitIntentBody = z.strictObject({
  intent_type: z
    .string()
    .max(64)
    .regex(/^[a-z0-9][a-z0-9_.-]*$/),
  target_service: serviceName,
  dockerfile_path: line,
  build_context: line,
  reason: line,
});
export const emitIntentAnswer = z.strictObject({
  intent_id: z.string(),
  status: z.literal('pending'),
  assigned_to: z.literal('madre'),
  estimated_time_sec: z.int(),
  recorded_at: instant,
});
