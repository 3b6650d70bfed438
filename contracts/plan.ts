import { z } from 'zod';
import { checkRunId } from './checks.ts';
import { patchFile, patchId, patchTouches, sha256Hex } from './patch.ts';
import { scriptType, taskPriority } from './task.ts';
import {
  correlationId,
  hostName,
  instant,
  reasonText,
  repairId,
  serviceName,
  windowId,
} from './text.ts';

/** The worst possible outcome: LOW runs at once, MED and HIGH wait for confirmation. */
export const riskLevel = z.enum(['LOW', 'MED', 'HIGH']);
export type RiskLevel = z.infer<typeof riskLevel>;

/** PENDING is about to run; WAITING needs confirmation; the last four are final. */
export const planStatus = z.enum([
  'PENDING',
  'WAITING',
  'RUNNING',
  'DONE',
  'ERROR',
  'REJECTED',
  'CANCELLED',
]);
export type PlanStatus = z.infer<typeof planStatus>;

/** UNDONE: completed, then compensated; SKIPPED: never started. */
export const stepStatus = z.enum([
  'PENDING',
  'RUNNING',
  'DONE',
  'ERROR',
  'SKIPPED',
  'CANCELLED',
  'UNDONE',
]);
export type StepStatus = z.infer<typeof stepStatus>;

/** Where a plan came from. */
export const planSource = z.enum([
  'chat',
  'operator',
  'intent',
  'control',
  'autonomous',
  'scanner',
  'mcp',
  'repair',
]);
export type PlanSource = z.infer<typeof planSource>;

export const planId = z
  .string()
  .max(64)
  .regex(/^plan-[0-9a-f]{8,}$/, 'must be a plan id');
export const intentId = z
  .string()
  .max(64)
  .regex(/^intent-[0-9a-f]{8,}$/, 'must be an intent id');

/** Text from people that is passed to a model or a task. */
const longText = z.string().max(4000);
const call = z.strictObject({ action: z.string().max(64), text: longText });

/** The parameters of each step type. All values are resolved, so running a step looks nothing up. */
export const stepParams = {
  OPEN_WINDOW: z.strictObject({
    window_id: windowId,
    kind: z.enum(['target', 'operator']),
    host: hostName,
    services: z.array(serviceName).min(1).max(10),
    mode: z.enum(['ttl', 'hold']),
    ttl_seconds: z.int().min(1).max(3600).nullable(),
    reason: reasonText.nullable(),
  }),
  /** Moves the deadline later, within max_ttl; `services` are the services for which it was asked. */
  EXTEND_WINDOW: z.strictObject({
    window_id: windowId,
    host: hostName,
    services: z.array(serviceName).min(1).max(10),
    seconds: z.int().min(1).max(3600),
  }),
  /** With `services`, only these are removed from the windows; a window that has none left closes. */
  CLOSE_WINDOW: z.strictObject({
    window_ids: z.array(windowId).max(200),
    services: z.array(serviceName).max(10).nullable(),
    verb: z.literal('suspend').optional().meta({ description: 'Default: stop' }),
  }),
  /** Restarts the service inside its window; the window does not change. */
  RESTART_SERVICE: z.strictObject({ window_id: windowId, host: hostName, service: serviceName }),
  /** Wakes what the checks need, runs them, and closes their window; `wakes` are the services that slept when it was planned. */
  RUN_CHECKS: z.strictObject({
    run_id: checkRunId,
    host: hostName,
    suite: z.string().min(1).max(1000).meta({ description: 'Suites and services; or `all`' }),
    services: z.array(serviceName).max(200),
    wakes: z.array(serviceName).max(200),
    reason: reasonText.nullable(),
    settle_seconds: z.int().min(1).max(600).optional().meta({
      description: 'How long every service has to stay healthy after its checks',
    }),
  }),
  /** Looks for a patch of what a red run showed, in copies of the stack; the patch is a plan of its own. */
  START_REPAIR: z.strictObject({
    repair_id: repairId,
    host: hostName,
    run_id: checkRunId,
    suite: z.string().min(1).max(1000),
  }),
  /** Changes files of the stack, all or none; a failure of a later step takes the change back. */
  APPLY_PATCH: z.strictObject({
    patch_id: patchId,
    host: hostName,
    files: z.array(patchFile).max(20),
    diff: z.string().max(65_536).meta({ description: 'The whole change, as a unified diff' }),
    diff_sha256: sha256Hex,
    by_policy: z.boolean().optional().meta({
      description: 'The compose file lets changes of this kind be made without a person',
    }),
    patch_hash: sha256Hex.optional().meta({ description: 'Of its typed operations' }),
    acts: z.array(z.string().max(300)).max(20).optional().meta({
      description: 'What it does, each operation in words',
    }),
    touches: z.array(patchTouches).optional(),
    watch_seconds: z.int().min(0).max(600).optional().meta({
      description: 'How long what it changed has to stay healthy; else it is taken back',
    }),
  }),
  CALL_SWITCH: call,
  CALL_HERMES: call,
  CALL_SHUB: call,
  CALL_MANIFESTATOR: call,
  CALL_HORMIGUERO: call,
  SPAWN: z.strictObject({
    /** Default: any host whose spawner is available. */
    host: hostName.optional(),
    task_type: scriptType,
    code: z.string().min(1).max(65_536),
    args: z.array(z.string().max(1024)).max(20).optional(),
    stdin: z.string().max(65_536).optional(),
    max_memory_mb: z.int().min(16).max(1_048_576).optional(),
    ttl_seconds: z.int().min(1).max(86_400),
    /** Default: P1. */
    priority: taskPriority.optional(),
  }),
  SYSTEM_HEALTHCHECK: z.strictObject({
    services: z.array(serviceName).max(200),
    /** Default: all hosts. */
    host: hostName.optional(),
  }),
  WAIT: z.strictObject({ seconds: z.int().min(0).max(3600) }),
  NOOP: z.strictObject({ message: longText }),
} as const;
export type StepType = keyof typeof stepParams;
export type StepParams<T extends StepType = StepType> = z.infer<(typeof stepParams)[T]>;

export const stepId = z.string().regex(/^s\d{1,3}$/);
export const stepError = z.strictObject({
  code: z.string(),
  detail: z.string().meta({ description: 'What happened and what to do next' }),
  may_retry: z.boolean().optional(),
});
export type StepError = z.infer<typeof stepError>;

// named, so that the API's document has each once, and not for every kind of step
export const stepRetries = z
  .int()
  .min(0)
  .max(10)
  .meta({ description: 'Retries after the first failed attempt' });
export const stepDependencies = z
  .array(stepId)
  .meta({ description: 'Starts when these steps are done; empty: at once' });

const stepOf = <T extends StepType>(type: T) =>
  z.strictObject({
    step_id: stepId,
    type: z.literal(type),
    params: stepParams[type],
    risk: riskLevel,
    timeout_seconds: z.int().min(1).max(7200),
    retries: stepRetries,
    effect: z.string().meta({ description: 'The change it makes, as text' }),
    undo: z.string().nullable().meta({ description: 'How it is undone if a later step fails' }),
    depends_on: stepDependencies,
    always: z.boolean().meta({ description: 'Runs even if an earlier step failed' }),
    status: stepStatus,
    started_at: instant.nullable(),
    finished_at: instant.nullable(),
    result: z.record(z.string(), z.unknown()).nullable(),
    error: stepError.nullable(),
  });

export const planStep = z.discriminatedUnion('type', [
  stepOf('OPEN_WINDOW'),
  stepOf('EXTEND_WINDOW'),
  stepOf('CLOSE_WINDOW'),
  stepOf('RESTART_SERVICE'),
  stepOf('RUN_CHECKS'),
  stepOf('START_REPAIR'),
  stepOf('APPLY_PATCH'),
  stepOf('CALL_SWITCH'),
  stepOf('CALL_HERMES'),
  stepOf('CALL_SHUB'),
  stepOf('CALL_MANIFESTATOR'),
  stepOf('CALL_HORMIGUERO'),
  stepOf('SPAWN'),
  stepOf('SYSTEM_HEALTHCHECK'),
  stepOf('WAIT'),
  stepOf('NOOP'),
]);
export type PlanStep = z.infer<typeof planStep>;
export type StepOf<T extends StepType> = Extract<PlanStep, { type: T }>;

/** A step as requested; the planner adds the other fields. */
export type StepDraft = {
  [T in StepType]: { type: T; params: StepParams<T>; depends_on?: string[]; always?: boolean };
}[StepType];

/** The approvals that a plan needs before it runs, and those it has. */
export const confirmation = z.strictObject({
  quorum: z.int().min(1).meta({ description: 'Number of different people who have to confirm' }),
  no_self_approval: z.boolean(),
  approvals: z.array(
    z.strictObject({
      by: z.string(),
      at: instant,
      via: z.literal('elicitation').optional().meta({
        description: 'Typed into a form of the agent’s program, as that says',
      }),
    }),
  ),
  expires_at: instant.meta({ description: 'If not confirmed by then, the plan is rejected' }),
});

/** How an agent asked for a plan. */
export const askedVia = z.strictObject({
  tool: z.string().max(64),
  client: z
    .string()
    .max(128)
    .nullable()
    .meta({ description: 'The program of the agent, as it names itself' }),
});
export type AskedVia = z.infer<typeof askedVia>;

/** The same for the audit. */
export const auditedVia = z.strictObject({ ...askedVia.shape, arguments_sha256: z.string() });

export const planView = z.strictObject({
  plan_id: planId,
  intent_id: intentId.nullable(),
  session_id: z.string().nullable(),
  source: planSource,
  actor: z
    .string()
    .meta({ description: 'The name of the token or of the VX11 component that requested it' }),
  via: askedVia.optional().meta({ description: 'Only of a plan that an agent asked for' }),
  domain: z.string(),
  action: z.string(),
  targets: z.array(z.string()),
  reason: z.string().nullable(),
  status: planStatus,
  risk: riskLevel,
  risk_because: z.string(),
  plan_hash: z.string().meta({
    description: 'SHA-256 of the resolved plan; a confirm token is valid for this hash only',
  }),
  steps: z.array(planStep),
  warnings: z.array(z.string()),
  confirmation: confirmation.nullable().meta({ description: 'Null if none is needed' }),
  ended_by: z.string().nullable().meta({ description: 'Who rejected or cancelled it' }),
  error: stepError.nullable(),
  created_at: instant,
  started_at: instant.nullable(),
  finished_at: instant.nullable(),
  correlation_id: correlationId,
});
export type PlanView = z.infer<typeof planView>;

export const planListAnswer = z.strictObject({
  plans: z.array(planView),
  next_cursor: z.string().nullable(),
});

/** 128 random bits, URL-safe. */
export const confirmToken = z.string().regex(/^[A-Za-z0-9_-]{22}$/, 'must be a confirm token');

export const confirmPlanBody = z.strictObject({ confirm_token: confirmToken });
export const confirmPlanAnswer = z.strictObject({
  status: z
    .enum(['confirmed', 'waiting'])
    .meta({ description: 'waiting: more approvals are needed' }),
  plan_id: planId,
  approvals: z.int(),
  quorum: z.int(),
});
export const rejectPlanBody = z.strictObject({ reason: reasonText.optional() });
export const rejectPlanAnswer = z.strictObject({ status: z.literal('rejected'), plan_id: planId });
export const cancelPlanAnswer = z.strictObject({ status: z.literal('cancelled'), plan_id: planId });

export const planTokenBody = z.strictObject({
  plan_hash: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .meta({ description: 'plan_hash of the plan as it was shown' }),
});
export const planTokenAnswer = z.strictObject({
  plan_id: planId,
  confirm_token: confirmToken.meta({
    description: 'Shown only once; invalidates the previous token',
  }),
  expires_at: instant,
});
