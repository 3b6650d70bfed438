import { z } from 'zod';
import { routingMode, routingTaskType, targetId } from './routing.ts';
import { decisionId } from './switch.ts';
import { instant } from './text.ts';

/** One decision as a list shows it. */
export const decisionSummary = z.strictObject({
  decision_id: decisionId,
  at: instant,
  owner: z.string(),
  type: routingTaskType,
  mode: routingMode,
  target: targetId.nullable().meta({ description: 'That answered, else that was chosen' }),
  why: z.string(),
  explored: z.boolean(),
  tries: z.int(),
  ok: z.boolean().nullable().meta({ description: 'Null while it runs' }),
  code: z.string().nullable().meta({ description: 'The error that the caller got' }),
  cost_usd: z.number().nullable(),
  ms: z.number().meta({ description: 'Of all tries' }),
});
export type DecisionSummary = z.infer<typeof decisionSummary>;

export const decisionSummaries = z.strictObject({ decisions: z.array(decisionSummary) });

/** What was learned of a target; null where nothing was seen yet. */
export const knownTarget = z.strictObject({
  id: targetId,
  outcomes: z.number().meta({ description: 'How many count; old ones fade' }),
  success: z.number().nullable().meta({ description: 'Share of requests that it answers' }),
  quality: z.number().nullable().meta({ description: 'From 0 to 1' }),
  first_token_seconds: z.number().nullable(),
  tokens_per_second: z.number().nullable(),
  wake_seconds: z.number().nullable().meta({ description: 'Half of its wakes take less' }),
});
export type KnownTarget = z.infer<typeof knownTarget>;

const usd = z.number().nullable();

/** What an account used on a day. */
export const routingSpend = z.strictObject({
  kind: z.enum(['all', 'owner', 'provider']),
  name: z.string(),
  spent_usd: z.number(),
  reserved_usd: z.number().meta({ description: 'For requests that run' }),
  tokens: z.int(),
  requests: z.int(),
});
export type RoutingSpend = z.infer<typeof routingSpend>;

export const routingKnown = z.strictObject({
  mode: routingMode.meta({ description: 'Of requests that name none' }),
  targets: z.array(knownTarget),
  day: z.iso.date().meta({ description: 'In UTC' }),
  limits: z
    .strictObject({ all: usd, owner: usd })
    .nullable()
    .meta({ description: 'USD a day; null in it: no limit. Null: switch has never run' }),
  spend: z.array(routingSpend),
});
export type RoutingKnown = z.infer<typeof routingKnown>;
