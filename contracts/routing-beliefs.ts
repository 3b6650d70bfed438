import { z } from 'zod';
import { targetId, routingTaskType } from './routing.ts';

/** Sums of outcomes between 0 and 1 and of their complements, which fade with rounds and with own outcomes. */
export const countCell = z.strictObject({
  yes: z.number().min(0),
  no: z.number().min(0),
  round: z.int().meta({ description: 'When it was last changed' }),
});
export type CountCell = z.infer<typeof countCell>;

/** Running mean and variance of the logarithm of something positive. */
export const logCell = z.strictObject({
  n: z.number().min(0),
  mean: z.number(),
  variance: z.number().min(0),
  round: z.int(),
});
export type LogCell = z.infer<typeof logCell>;

/** Everything that was learned. Plain JSON; its size is bounded by targets × task types. */
export const routingBeliefs = z.strictObject({
  round: z.int().meta({ description: 'Decisions so far' }),
  rounds: z
    .partialRecord(routingTaskType, z.int())
    .meta({ description: 'Decisions per task type' }),
  explore_tokens: z.number(),
  ok: z.record(targetId, countCell),
  quality: z.record(targetId, z.partialRecord(routingTaskType, countCell)),
  first_token: z.record(targetId, logCell),
  speed: z.record(targetId, logCell),
  length: z.partialRecord(routingTaskType, logCell),
  token_ratio: z
    .record(targetId, z.partialRecord(routingTaskType, logCell))
    .meta({ description: 'Prompt tokens counted by the target ÷ bytes/4' }),
});
export type RoutingBeliefs = z.infer<typeof routingBeliefs>;
