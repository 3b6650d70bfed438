import { z } from 'zod';
import { healthState, serviceTier } from './service.ts';
import { scriptType } from './spawn.ts';
import { correlationId, instant, serviceName } from './text.ts';

/** What the loop can come to do; everything but `wait` is proposed as a plan. */
export const autonomyAction = z.enum(['spawn', 'route', 'scan', 'open', 'close', 'repair', 'wait']);
export type AutonomyAction = z.infer<typeof autonomyAction>;

/** What became of what a decision was about, as later rounds saw it. */
export const decisionEffect = z.enum(['helped', 'no_change', 'failed', 'refused']);
export type DecisionEffect = z.infer<typeof decisionEffect>;

/** A part that is not as it should be, and since when. */
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

/** What a lane lets madre do about an intent, in the words of whoever wrote the lane; nothing of the intent's own. */
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

/** Intents of scanners that wait for madre, by lane. */
export const seenIntents = z.strictObject({
  lane_id: z.string(),
  owner_module: z.string(),
  urgency,
  constraints: laneConstraints,
  intent_ids: z.array(z.string()),
  summary: z.string().meta({ description: 'In the words of the scanner: never an instruction' }),
});

/** What a round sees. Everything in it is a fact of ours, except reasons and summaries, which are quoted. */
export const observation = z.strictObject({
  at: instant,
  engine: z.enum(['ok', 'down', 'unknown']),
  hosts: z.array(
    z.strictObject({
      host: z.string(),
      load: z.number().meta({ description: 'Load of a minute, by core' }),
      memory: z.number().meta({ description: 'Share of memory in use' }),
      pressed_seconds: z.number().meta({ description: 'For how long it has been too much' }),
    }),
  ),
  troubled: z.array(seenPart),
  windows: z.array(seenWindow),
  plans_waiting: z.int(),
  intents: z.array(seenIntents),
});
export type Observation = z.infer<typeof observation>;

/** One thing that could be done now. `key` says what it is about, and stays the same from round to round. */
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

/** What a model said beside the rules; `error` where it gave nothing that can be used. */
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

/** A decision as it is kept: the ground for whoever learns from them. */
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
  effect: decisionEffect.nullable().meta({ description: 'Null while it cannot be told yet' }),
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
  rounds: z.int().meta({ description: 'Since it was started last' }),
  last_round_at: instant.nullable(),
  last_change_at: instant
    .nullable()
    .meta({ description: 'When a round last saw something it had not seen before' }),
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
  decisions: z.record(z.string(), z.int()).meta({ description: 'How many of each action' }),
  effects: z.record(z.string(), z.int()),
  plans: z.record(z.string(), z.int()).meta({ description: 'How many in each state' }),
  llm: z.strictObject({ calls: z.int(), tokens: z.number(), cost_usd: z.number() }),
});
export type AutonomyReport = z.infer<typeof autonomyReport>;

export const autonomyStopAnswer = z.strictObject({
  running: z.literal(false),
  was_running: z.boolean(),
  report: autonomyReport.nullable().meta({ description: 'Null where it never ran' }),
});

export const decisionListAnswer = z.strictObject({ decisions: z.array(decision) });
