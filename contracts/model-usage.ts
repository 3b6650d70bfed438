import { z } from 'zod';
import { instant } from './text.ts';

/** What the calls to one language model cost, and how long they took. */
export const modelUsage = z.strictObject({
  provider: z.string(),
  model: z.string(),
  calls: z.int(),
  failed: z.int().meta({ description: 'Calls without an answer that could be used' }),
  tokens_in: z.int(),
  tokens_out: z.int(),
  cost_usd: z.number().nullable().meta({ description: 'Null if no price is configured' }),
  latency_ms: z
    .strictObject({ p50: z.number(), p95: z.number(), max: z.number() })
    .meta({ description: 'Of all calls, with their queue and retries' }),
});
export type ModelUsage = z.infer<typeof modelUsage>;

export const modelUsageAnswer = z.strictObject({ since: instant, models: z.array(modelUsage) });
