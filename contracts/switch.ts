import { z } from 'zod';
import { providerKind } from './provider.ts';
import { storedDecision } from './routing-call.ts';
import { decisionExplanation } from './routing-decision.ts';
import {
  capability,
  routingBlock,
  routingMode,
  routingTaskType,
  routingWeights,
  targetId,
  tokenPrice,
} from './routing.ts';
import { instant } from './text.ts';

export const decisionId = z
  .string()
  .regex(/^decision-[0-9a-f]{16}$/, 'must be decision- and 16 hex digits');

/** One model of a provider, as the switch last saw it. */
export const offeredModel = z.strictObject({
  id: targetId,
  auto: z.boolean().meta({ description: 'May be chosen without being named' }),
  context: z.int().nullable(),
  max_output: z.int().nullable(),
  price: tokenPrice.nullable().meta({ description: 'USD for a million tokens; null: unknown' }),
  can: z.array(capability),
  quality: z.number(),
  last_resort: z.boolean(),
  block: routingBlock.nullable().meta({ description: 'Why it is left alone now' }),
});
export type OfferedModel = z.infer<typeof offeredModel>;

export const providerView = z.strictObject({
  id: z.string(),
  kind: providerKind,
  base_url: z.string(),
  keys: z.array(
    z.strictObject({ env: z.string(), set: z.boolean(), block: routingBlock.nullable() }),
  ),
  service: z.string().nullable().meta({ description: 'The Compose service that runs it' }),
  usd_per_day: z.number().nullish().meta({ description: 'Its limit of a day; null: none' }),
  reset_hour_utc: z.int().nullish().meta({ description: 'When its day begins; 0 if left out' }),
  allow: z.array(z.string()).nullish().meta({ description: 'Tokens that may use it; null: all' }),
  list: z.enum(['never', 'unlisted', 'ok', 'failed']),
  models: z.array(offeredModel),
});
export type ProviderView = z.infer<typeof providerView>;

/** What the switch published last; it stays while the switch sleeps. */
export const providersView = z.strictObject({
  at: instant.nullable().meta({ description: 'Null: the switch has never run' }),
  providers: z.array(providerView),
  notes: z.array(z.string()),
});
export type ProvidersView = z.infer<typeof providersView>;

const message = z.strictObject({
  role: z.enum(['system', 'developer', 'user', 'assistant']),
  content: z.string().max(200_000),
});

/** A prompt, or the turns of a conversation. */
const asked = {
  prompt: z.string().min(1).max(200_000).optional(),
  messages: z.array(message).min(1).max(200).optional(),
};
const wishes = {
  task_type: routingTaskType.optional(),
  mode: routingMode.optional(),
  max_cost_usd: z.number().min(0).max(10_000).optional(),
  model: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .meta({ description: 'As in /v1; `auto` by default' }),
};

export const routeBody = z.strictObject({
  ...asked,
  ...wishes,
  dry_run: z.boolean().optional().meta({ description: 'Decide only; true by default' }),
});
export type RouteBody = z.infer<typeof routeBody>;

/** Why switch did nothing: it sleeps, or what went wrong. */
const switchRefusal = {
  error: z.string().nullable().meta({ description: 'A code of /v1, such as off_by_policy' }),
  hint: z.string().nullable(),
};

export const routeAnswer = z.strictObject({
  status: z.enum(['ok', 'ERROR']),
  model: targetId.nullable(),
  decision_id: z
    .string()
    .nullable()
    .meta({ description: 'Null for a dry run, which is not stored' }),
  reply: z.string().nullable(),
  explanation: decisionExplanation.nullable(),
  ...switchRefusal,
});
export type RouteAnswer = z.infer<typeof routeAnswer>;

export const switchChatBody = z.strictObject({
  messages: z.array(message).min(1).max(200),
  provider: z.string().max(200).optional().meta({ description: 'A target: `provider/model`' }),
  provider_hint: z.string().max(200).optional().meta({ description: 'The same' }),
  mode: routingMode.optional(),
  metadata: z.record(z.string(), z.unknown()).optional(),
});
export const switchChatAnswer = z.strictObject({
  status: z.enum(['ok', 'ERROR']),
  provider: z.string().nullable(),
  decision: z.enum(['local', 'remote']).nullable(),
  content: z.string().nullable(),
  reply: z.string().nullable(),
  latency_ms: z.number(),
  engine_used: targetId.nullable(),
  used_cli: z.boolean(),
  fallback_reason: z.string().nullable(),
  tokens_used: z.int().nullable(),
  decision_id: z.string().nullable(),
  ...switchRefusal,
});
export type SwitchChatAnswer = z.infer<typeof switchChatAnswer>;

export const switchTaskBody = z.strictObject({
  task_type: routingTaskType,
  payload: z.strictObject(asked),
  source: z.string().max(100).optional(),
  provider_hint: z.string().max(200).optional(),
});
export const switchTaskAnswer = z.strictObject({
  status: z.enum(['ok', 'ERROR']),
  task_type: routingTaskType,
  provider: z.string().nullable(),
  decision: z.enum(['local', 'remote']).nullable(),
  result: z.string().nullable(),
  latency_ms: z.number(),
  queue_id: z.string().nullable().meta({ description: 'The id of the decision' }),
  reasoning: z.string().nullable().meta({ description: 'Why this target' }),
  ...switchRefusal,
});

export const switchControlBody = z.strictObject({
  action: z.enum(['set_mode', 'get_mode', 'list_modes']),
  mode: routingMode.optional(),
});
export const switchControlAnswer = z.strictObject({
  status: z.enum(['ok', 'error']),
  mode: routingMode.nullable(),
  profile: routingWeights.nullable(),
  modes: z.array(routingMode).nullable(),
});

export const providerResetAnswer = z.strictObject({
  provider: z.string(),
  cleared: z.int().meta({ description: 'Cooldowns and breakers that were forgotten' }),
});

export const routingDecisionAnswer = z.strictObject({
  decision: storedDecision.omit({ record: true }),
  record: z
    .looseObject({ chosen: targetId.nullable() })
    .meta({ description: 'All inputs of the choice, from which a replay decides again' }),
  explanation: decisionExplanation,
});
export const routingReplayAnswer = z.strictObject({
  decision_id: z.string(),
  same: z.boolean().meta({ description: 'Whether the same choice came out, bit for bit' }),
  chosen: targetId.nullable(),
  why: z.string(),
});

export const routingFeedbackBody = z.strictObject({
  decision_id: decisionId,
  score: z.number().min(0).max(1).meta({ description: '1: perfect; 0: worthless' }),
  note: z.string().max(1000).optional(),
});
export const routingFeedbackAnswer = z.strictObject({
  status: z.enum(['ok', 'known']),
  decision_id: z.string(),
});
