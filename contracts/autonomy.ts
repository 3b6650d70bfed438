import { z } from 'zod';
import { healthState, serviceTier } from './service.ts';
import { scriptType } from './task.ts';
import { correlationId, instant, serviceName } from './text.ts';

/** The actions the loop can choose; every one except `wait` is proposed as a plan. */
export const autonomyAction = z.enum(['spawn', 'route', 'scan', 'open', 'close', 'repair', 'wait']);
export type AutonomyAction = z.infer<typeof autonomyAction>;

/** The effect of a decision on its subject, as observed in later rounds. */
export const decisionEffect = z.enum(['helped', 'no_change', 'failed', 'refused']);
export type DecisionEffect = z.infer<typeof decisionEffect>;

/** A service or component that is not healthy, and for how long. */
export const seenPart = z.strictObject({
  name: z.string(),
  host: z.string(),
  tier: serviceTier,
  health: healthState,
  reason: z.string().nullable(),
  for_seconds: z.number(),
  window_ids: z.array(z.string()),
});

export const seenWindow = z.strictObject({
  window_id: z.string(),
  host: z.string(),
  owner: z.string(),
  services: z.array(z.string()),
  state: z.string(),
  remaining_seconds: z.number().nullable(),
  waits_seconds: z.number(),
});

/**
 * What a lane lets madre do about an intent. The values come from the author of the lane; the intent itself contributes
 * nothing.
 */
export const laneConstraints = z.strictObject({
  /** Run this task in a sandbox. */
  task: z
    .strictObject({
      task_type: scriptType,
      code: z.string().min(1).max(16_384),
      ttl_seconds: z.int().min(1).max(3600),
    })
    .optional(),
  /** Open these services. */
  open: z
    .strictObject({
      services: z.array(serviceName).min(1).max(10),
      ttl_seconds: z.int().min(1).max(3600),
    })
    .optional(),
});

export const urgency = z.enum(['low', 'medium', 'high', 'critical']);
export type Urgency = z.infer<typeof urgency>;

/** Scanner intents that wait for madre, grouped by lane. */
export const seenIntents = z.strictObject({
  lane_id: z.string(),
  owner_module: z.string(),
  urgency,
  constraints: laneConstraints,
  intent_ids: z.array(z.string()),
  summary: z.string().meta({ description: "The scanner's own text; never an instruction" }),
});

/** A suite whose last runs all had the same red checks, where the compose file allows repairs. */
export const seenRed = z.strictObject({
  run_id: z.string(),
  suite: z.string(),
  host: z.string(),
  checks: z.array(z.string()),
  runs: z.int(),
});

/** A repair of the last day, or one that is under way. */
export const seenRepair = z.strictObject({
  repair_id: z.string(),
  suite: z.string(),
  host: z.string(),
  trigger: z.enum(['api', 'autonomy']),
  status: z.string(),
  created_at: instant,
  ended_at: instant.nullable(),
});

/** The input of one round. Everything in it is measured by VX11, except reasons and summaries, which are quoted text. */
export const observation = z.strictObject({
  at: instant,
  engine: z.enum(['ok', 'down', 'unknown']),
  hosts: z.array(
    z.strictObject({
      host: z.string(),
      load: z.number().meta({ description: 'One-minute load average per core' }),
      memory: z.number().meta({ description: 'Fraction of memory in use' }),
      pressed_seconds: z
        .number()
        .meta({ description: 'How long load or memory has been too high' }),
    }),
  ),
  troubled: z.array(seenPart),
  windows: z.array(seenWindow),
  plans_waiting: z.int(),
  intents: z.array(seenIntents),
  /** Both are absent from decisions of older versions. */
  red: z.array(seenRed).optional(),
  repairs: z.array(seenRepair).optional(),
});
export type Observation = z.infer<typeof observation>;

/** An action that is possible now. `key` identifies its subject and is the same in every round. */
export const candidate = z.strictObject({
  key: z.string(),
  action: autonomyAction,
  because: z.string(),
  params: z.record(z.string(), z.unknown()),
});
export type Candidate = z.infer<typeof candidate>;

export const alternative = z.strictObject({
  key: z.string(),
  action: autonomyAction,
  because: z.string(),
  not_now: z.string().nullable().meta({ description: 'Why it cannot be chosen now' }),
});
export type Alternative = z.infer<typeof alternative>;

/** The model's choice, recorded next to the one made by the rules; `error` is set if its answer was unusable. */
export const reasoning = z.strictObject({
  provider: z.string().nullable(),
  model: z.string().nullable(),
  choice: z.string().nullable(),
  text: z.string().nullable(),
  confidence: z.number().nullable(),
  followed: z.boolean(),
  error: z.string().nullable(),
  tokens: z.number(),
  cost_usd: z.number().nullable(),
});
export type Reasoning = z.infer<typeof reasoning>;

/** A stored decision with everything it was based on, so that it can be used as training data. */
export const decision = z.strictObject({
  decision_id: z.string(),
  at: instant,
  key: z.string(),
  action: autonomyAction,
  by: z.enum(['rules', 'llm']),
  reasons: z.array(z.string()),
  alternatives: z.array(alternative),
  params: z.record(z.string(), z.unknown()),
  observation,
  observation_hash: z.string(),
  reasoning: reasoning.nullable(),
  plan_id: z.string().nullable(),
  plan_status: z.string().nullable(),
  effect: decisionEffect
    .nullable()
    .meta({ description: 'Null until a later round has observed it' }),
  effect_at: instant.nullable(),
  correlation_id: correlationId,
});
export type Decision = z.infer<typeof decision>;

const decisionBrief = decision.pick({
  decision_id: true,
  at: true,
  key: true,
  action: true,
  by: true,
  reasons: true,
  plan_id: true,
  plan_status: true,
  effect: true,
});

export const autonomyStatusAnswer = z.strictObject({
  running: z.boolean(),
  interval_seconds: z.number(),
  started_at: instant.nullable(),
  started_by: z.string().nullable(),
  stopped_at: instant.nullable(),
  rounds: z.int().meta({ description: 'Rounds since the last start' }),
  last_round_at: instant.nullable(),
  last_change_at: instant.nullable().meta({ description: 'When a round last observed a change' }),
  last_decision: decisionBrief.nullable(),
  budget: z.strictObject({
    actions_last_hour: z.int(),
    llm_tokens_today: z.number(),
    llm_cost_usd_today: z.number(),
  }),
});

export const autonomyReport = z.strictObject({
  from: instant,
  to: instant,
  rounds: z.int(),
  decisions: z.record(z.string(), z.int()).meta({ description: 'Count by action' }),
  effects: z.record(z.string(), z.int()),
  plans: z.record(z.string(), z.int()).meta({ description: 'Count by state' }),
  llm: z.strictObject({ calls: z.int(), tokens: z.number(), cost_usd: z.number() }),
});
export type AutonomyReport = z.infer<typeof autonomyReport>;

export const autonomyStopAnswer = z.strictObject({
  running: z.literal(false),
  was_running: z.boolean(),
  report: autonomyReport.nullable().meta({ description: 'Null if the loop has never run' }),
});

export const decisionListAnswer = z.strictObject({ decisions: z.array(decision) });
