import { z } from 'zod';
import { filterReason, requestFeatures, routingWeights, targetId } from './routing.ts';

const column = z.array(z.number());

/**
 * What the choice is made from, one column per number and one row per eligible target, in the order of the catalog.
 * Rounded before they are used, so that a record holds exactly what was used.
 */
export const candidateColumns = z.strictObject({
  id: z.array(targetId),
  ok_yes: column.meta({ description: 'Beta of “it answers”' }),
  ok_no: column,
  quality_yes: column.meta({ description: 'Beta of the quality of its answers to this type' }),
  quality_no: column,
  answer_log: column.meta({ description: 'ln of seconds from the first byte sent to the end' }),
  answer_error: column.meta({ description: 'Standard error of answer_log' }),
  answer_p90: column.meta({ description: 'Seconds, of single answers' }),
  wait: column.meta({ description: 'Seconds in a queue, and its share of a wake' }),
  cost: column.meta({ description: 'USD, with its share of a wake' }),
  to_wake: column.meta({ description: 'Seconds (p50) until its service is ready; 0 if it is' }),
});
export type CandidateColumns = z.infer<typeof candidateColumns>;

/** A target that could not take the request, with all its reasons. */
export const excludedTarget = z.strictObject({
  id: targetId,
  reasons: z.array(filterReason).min(1),
  until_ms: z.number().nullable().meta({ description: 'When time alone may bring it back' }),
  answer_seconds: z.number().nullable().meta({ description: 'p50, if time alone may' }),
  wake_seconds: z.number().nullable().meta({ description: 'p90, if it sleeps' }),
});
export type ExcludedTarget = z.infer<typeof excludedTarget>;

/** What is done if no target is eligible. */
export const noTarget = z.strictObject({
  act: z.enum(['wait', 'queue', 'refuse']),
  error: z.enum([
    'rate_limit_exceeded',
    'context_length_exceeded',
    'budget_exceeded',
    'invalid_request',
    'permission_denied',
    'off_by_policy',
    'model_not_found',
    'no_target',
  ]),
  until_ms: z.number().nullable().meta({ description: 'When the first target may be back' }),
});
export type NoTarget = z.infer<typeof noTarget>;

/** Everything that a choice depends on. The same inputs give the same choice, bit for bit. */
export const decisionInputs = z.strictObject({
  version: z.literal(1).meta({ description: 'Of the rule of choice' }),
  at_ms: z.number(),
  seed: z.int().min(0).max(0xffff_ffff),
  catalog: z.string(),
  request: requestFeatures,
  weights: routingWeights,
  tokens_out: z.number().meta({ description: 'Expected length of the answer' }),
  reference_usd: z.number().meta({ description: 'Cost of the request at the price of the mode' }),
  explore_tokens: z.number().meta({ description: 'Decisions that may explore now' }),
  candidates: candidateColumns,
  held_back: z.array(z.int()).meta({
    description: 'Rows that are used only if nothing else is: last resorts, half-closed breakers',
  }),
  excluded: z.array(excludedTarget),
});
export type DecisionInputs = z.infer<typeof decisionInputs>;

/** A decision with its inputs, as it is stored: 2 to 6 KB for 40 targets. */
export const decisionRecord = decisionInputs.extend({
  chosen: targetId.nullable(),
  none: noTarget.nullable().meta({ description: 'Null if a target was chosen' }),
  explored: z.boolean(),
  fallbacks: z.array(z.int()).meta({ description: 'Rows of candidates, best first' }),
  first: z
    .array(z.strictObject({ id: targetId, mean: z.number(), draw: z.number() }))
    .max(5)
    .meta({ description: 'The five best by mean utility' }),
  why: z.string(),
});
export type DecisionRecord = z.infer<typeof decisionRecord>;

/** One eligible target in words that people use. */
export const explainedTarget = z.strictObject({
  id: targetId,
  rank: z.int().meta({ description: '1 is the chosen one, then the fallbacks' }),
  utility: z.number(),
  success: z.number(),
  quality: z.number(),
  latency_seconds: z.number(),
  cost_usd: z.number(),
  outcomes: z
    .number()
    .meta({ description: 'How much its quality is known by, forgetting old ones' }),
});

export const decisionExplanation = z.strictObject({
  chosen: targetId.nullable(),
  why: z.string(),
  explored: z.boolean(),
  probability: z.number().nullable().meta({ description: 'Of this choice, over 200 other seeds' }),
  targets: z.array(explainedTarget),
  excluded: z.array(excludedTarget),
});
export type DecisionExplanation = z.infer<typeof decisionExplanation>;
