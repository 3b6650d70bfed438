import { z } from 'zod';

/** What a caller weighs most: money, a balance, quality, or quality without any risk. */
export const routingMode = z.enum(['ECO', 'BALANCED', 'HIGH-PERF', 'CRITICAL']);
export type RoutingMode = z.infer<typeof routingMode>;

export const routingTaskType = z.enum([
  'chat',
  'code',
  'reasoning',
  'extract',
  'summarize',
  'translate',
  'tools',
  'vision',
  'audio',
  'embed',
]);
export type TaskType = z.infer<typeof routingTaskType>;

/** Why a target cannot take a request. Public words: added to, never renamed. */
export const filterReason = z.enum([
  'disabled',
  'no_key',
  'unauthorized',
  'breaker_open',
  'cooling',
  'at_limit',
  'quota',
  'no_money',
  'busy',
  'context_too_small',
  'output_too_small',
  'lacks_tools',
  'lacks_vision',
  'lacks_json',
  'lacks_audio',
  'lacks_reasoning',
  'lacks_embed',
  'lacks_chat',
  'lacks_choices',
  'history_not_portable',
  'over_cost_cap',
  'price_unknown',
  'over_budget',
  'data_policy',
  'not_allowed',
  'asleep_may_not_wake',
  'wake_too_slow',
  'window_ends_too_soon',
  'no_room',
  'not_named',
]);
export type FilterReason = z.infer<typeof filterReason>;

/**
 * How a try ended that gave no good answer. `cut`: the stream broke after content. `window_ended`: our own deadline ended
 * the service. `truncated`: the target read only a part of the prompt. `aborted`: by the caller. `internal`: our own fault.
 */
export const failureKind = z.enum([
  'rate_limited',
  'quota',
  'no_money',
  'unauthorized',
  'no_such_model',
  'too_long',
  'bad_request',
  'lacks_capability',
  'failed',
  'cut',
  'bad_answer',
  'truncated',
  'refused',
  'window_ended',
  'aborted',
  'internal',
]);
export type FailureKind = z.infer<typeof failureKind>;

/** `provider/model`. */
export const targetId = z
  .string()
  .max(200)
  .regex(/^[^/\s]+\/\S+$/, 'must be provider/model');

/** `embed`: it makes vectors of texts, and answers no chat. */
export const capability = z.enum(['tools', 'vision', 'json', 'audio', 'reasoning', 'embed']);
export type Capability = z.infer<typeof capability>;

/** Where the text of a request may go, from the strictest: stays here; kept nowhere; anywhere. */
export const dataPolicy = z.enum(['local', 'no_retention', 'any']);
export type DataPolicy = z.infer<typeof dataPolicy>;

/** Instants that end in `_ms` are milliseconds since 1970, which also survive a restart. */
const instantMs = z.number();

/** Why nothing is sent to a key or a target for now, and until when: null until something other than time changes. */
export const routingBlock = z.strictObject({
  reason: z.enum(['breaker_open', 'cooling', 'at_limit', 'quota', 'no_money', 'unauthorized']),
  until_ms: instantMs.nullable(),
});
export type RoutingBlock = z.infer<typeof routingBlock>;

/** The service behind a target, as the read model of windows shows it. */
export const sleepFacts = z.strictObject({
  service: z.string(),
  state: z.enum(['awake', 'waking', 'asleep', 'held']),
  until_ms: instantMs.nullable().meta({ description: 'End of its window; null if it has none' }),
  may_extend: z.boolean(),
  waking_seconds: z.number().meta({ description: 'How long it has been waking; 0 unless it is' }),
  wake_p50_seconds: z.number(),
  wake_p90_seconds: z.number(),
  wake_ok: z.number().min(0).max(1).meta({ description: 'How likely a wake of it works' }),
  may_open: z.boolean().meta({ description: 'The token of the caller may open windows' }),
  on_wake_list: z.boolean(),
  has_room: z.boolean().meta({ description: 'Admission has room for it now' }),
  room_at_ms: instantMs.nullish().meta({
    description: 'When the deadlines of other windows make room for it; null if none does',
  }),
  quiet: z.boolean().meta({ description: 'Quiet hours of the host' }),
  blocked_until_ms: instantMs.nullable().meta({ description: 'After failed wakes' }),
  window_seconds: z.number().meta({ description: 'The shortest window that is opened for it' }),
  longest_window_seconds: z.number().meta({ description: 'Its cap' }),
  ahead: z.int().min(0).meta({ description: 'Requests that it answers, or that wait for it' }),
  usd_per_minute: z.number(),
  requests_per_minute: z.number(),
});
export type SleepFacts = z.infer<typeof sleepFacts>;

/** USD for a million tokens. `cached`: for prompt tokens that the provider still has. */
export const tokenPrice = z.strictObject({
  in: z.number().min(0),
  out: z.number().min(0),
  cached: z.number().min(0),
});
export type TokenPrice = z.infer<typeof tokenPrice>;

const left = z.number().nullable().meta({ description: 'Left of a daily limit; null without one' });

/** What is known about a target when a decision is made. */
export const routingTarget = z.strictObject({
  id: targetId,
  family: z.string().meta({ description: 'Targets of one family take the same histories' }),
  enabled: z.boolean(),
  allowed: z.boolean().meta({ description: 'The token of the caller may use it' }),
  data: dataPolicy.meta({ description: 'The strictest policy that it keeps' }),
  needs_key: z.boolean(),
  keys: z.array(z.strictObject({ id: z.string(), block: routingBlock.nullable() })),
  block: routingBlock.nullable(),
  share: z.number().min(0).max(1).meta({ description: 'Of traffic, while a breaker closes' }),
  can: z.array(capability),
  context: z.int().nullable().meta({ description: 'Tokens that it really takes; null: unknown' }),
  max_output: z.int().nullable(),
  choices: z
    .boolean()
    .optional()
    .meta({ description: 'False: it gives one answer to a request, however many are asked for' }),
  price: tokenPrice.nullable().meta({ description: 'Null: unknown, which is never free' }),
  active: z.int().meta({ description: 'Requests that it answers now' }),
  concurrency: z.int().nullable(),
  queue_seconds: z.number(),
  left: z.strictObject({
    requests: left,
    tokens: left,
    usd: left,
    most_tokens: left.meta({ description: 'The daily limit itself; null without one' }),
    most_usd: left.meta({ description: 'The daily limit itself; null without one' }),
    until_ms: instantMs.nullable().meta({ description: 'When its day ends' }),
  }),
  last_resort: z.boolean().meta({ description: 'Used only if nothing else is eligible' }),
  quality: z.number().min(0).max(1).meta({ description: 'First guess, by the operator or tier' }),
  first_token_seconds: z.number().positive().meta({ description: 'First guess' }),
  tokens_per_second: z.number().positive().meta({ description: 'First guess' }),
  sleep: sleepFacts.nullable().meta({ description: 'Null if it names no service' }),
});
export type RoutingTarget = z.infer<typeof routingTarget>;

/** All targets, and the version of the catalog that they come from. */
export interface RoutingCatalog {
  version: string;
  targets: readonly RoutingTarget[];
}

/** A request as the decision sees it: sizes and needs, no text. */
export const requestFeatures = z.strictObject({
  hash: z.string().max(128).meta({ description: 'Of the prompt, to recognise it' }),
  type: routingTaskType,
  bytes_in: z.int().min(0),
  largest_part: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .meta({ description: 'Share of it that must fit a context by itself; 1 unless it is given' }),
  extra_tokens: z.int().min(0).meta({ description: 'For what is no text, such as pictures' }),
  max_output: z.int().min(1).nullable(),
  choices: z.int().min(2).optional().meta({ description: 'Answers, if several are asked for' }),
  needs: z.array(capability),
  families: z
    .array(z.string())
    .nullable()
    .meta({ description: 'The only families that can take its history; null: any' }),
  data: dataPolicy,
  max_cost_usd: z.number().min(0).nullable(),
  budget_left_usd: z.number().nullable(),
  deadline_seconds: z.number().nullable().meta({ description: 'Left of it' }),
  fallback: z.boolean(),
  wake: z.enum(['never', 'allow']),
  named: targetId.nullable(),
  warm: z
    .strictObject({ target: targetId, tokens: z.int().min(0) })
    .nullable()
    .meta({ description: 'Where the prompt cache of the conversation is warm, for how much' }),
});
export type RequestFeatures = z.infer<typeof requestFeatures>;

export const routingWeights = z.strictObject({
  mode: routingMode,
  quality: z.number().min(0),
  latency: z.number().min(0),
  cost: z.number().min(0),
  latency_seconds: z.number().positive().meta({ description: 'That counts half' }),
  price: z
    .strictObject({ in: z.number().positive(), out: z.number().positive() })
    .meta({ description: 'USD for a million tokens that count half' }),
});
export type RoutingWeights = z.infer<typeof routingWeights>;
