import { z } from 'zod';
import { checkRunId } from './checks.ts';
import { patchId } from './patch.ts';
import { planId } from './plan.ts';
import { correlationId, hostName, instant, reasonText, repairId, serviceName } from './text.ts';

/** Where a repair stands. The first six are under way; `waiting`: its patch is a plan that waits for a person. */
export const repairStatus = z.enum([
  'queued',
  'reproducing',
  'analysing',
  'trying',
  'waiting',
  'applying',
  'repaired',
  'proposed',
  'rolled_back',
  'rejected',
  'expired',
  'stale',
  'conflict',
  'flaky',
  'not_reproduced',
  'external',
  'needs_value',
  'no_candidate',
  'refused_by_policy',
  'gave_up',
  'cancelled',
  'error',
]);
export type RepairStatus = z.infer<typeof repairStatus>;

/** How a repair ended, of those of its statuses that are ends. */
export const repairEnds = repairStatus.exclude([
  'queued',
  'reproducing',
  'analysing',
  'trying',
  'waiting',
  'applying',
]);
export type RepairEnd = z.infer<typeof repairEnds>;

/** One thing that was tried. */
export const repairCandidate = z.strictObject({
  cycle: z.int(),
  nth: z.int(),
  class: z.string().meta({ description: 'The kind of fault that it mends' }),
  service: z.string().nullable(),
  by: z.enum(['rule', 'model']),
  cause: z.string(),
  facts: z.array(z.string()).meta({ description: 'What was seen, and where' }),
  diff: z.string(),
  diff_sha256: z.string(),
  verdict: z
    .enum([
      'untried',
      'proved',
      'refused',
      'static',
      'not_green',
      'regression',
      'weak',
      'not_minimal',
    ])
    .meta({ description: 'refused: it would weaken what judges it, or leaves the policy' }),
  why: z.string().nullable(),
  changes: z.array(z.string()).meta({ description: 'What else behaves differently with it' }),
  seconds: z.number().nullable(),
});
export type RepairCandidate = z.infer<typeof repairCandidate>;

/** One explanation of the failure, whether or not anything could be tried for it. */
export const repairFinding = z.strictObject({
  class: z.string(),
  service: z.string().nullable(),
  by: z.enum(['rule', 'model']),
  cause: z.string(),
  facts: z.array(z.string()).meta({ description: 'What was seen, and where' }),
  todo: z
    .string()
    .nullable()
    .meta({ description: 'What a person has to do; null if VX11 has a change to try' }),
});
export type RepairFinding = z.infer<typeof repairFinding>;

export const repairView = z.strictObject({
  repair_id: repairId,
  run_id: checkRunId.nullable().meta({ description: 'The red run that it mends' }),
  suite: z.string(),
  host: hostName,
  owner: z.string(),
  trigger: z.enum(['api', 'autonomy']),
  reason: reasonText.nullable(),
  correlation_id: correlationId,
  dry_run: z.boolean().meta({ description: 'Ends with the proved patch; no plan is made' }),
  status: repairStatus,
  cause: z.string().nullable(),
  detail: z.string().nullable().meta({ description: 'What happened and what to do next' }),
  red: z.array(z.string()).meta({ description: 'The checks that are red' }),
  findings: z
    .array(repairFinding)
    .max(5)
    .optional()
    .meta({ description: 'Why they are red, as far as it is known; the best first' }),
  cycle: z.int(),
  cycles: z.int(),
  plan_id: planId.nullable(),
  patch_id: patchId.nullable(),
  usd: z.number().meta({ description: 'What models have cost' }),
  created_at: instant,
  started_at: instant.nullable(),
  finished_at: instant.nullable(),
  exit_code: z.int().min(0).max(3).nullable(),
  cancelled_by: z.string().nullable(),
  folder: z.string().nullable(),
});
export type RepairView = z.infer<typeof repairView>;

export const startRepairBody = z.strictObject({
  run_id: checkRunId.optional().meta({ description: 'A red run; by default the newest' }),
  service: serviceName.optional().meta({ description: 'The newest red run of this service' }),
  cycles: z.int().min(1).max(10).optional(),
  dry_run: z.boolean().optional(),
  reason: reasonText.optional(),
});
export type StartRepairBody = z.infer<typeof startRepairBody>;

export const repairAnswer = z.strictObject({
  repair: repairView,
  candidates: z.array(repairCandidate),
});
export type RepairAnswer = z.infer<typeof repairAnswer>;

export const repairListAnswer = z.strictObject({
  repairs: z.array(repairView),
  next_cursor: z.string().nullable(),
});
