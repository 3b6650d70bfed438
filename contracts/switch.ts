import { z } from 'zod';
import { providerKind } from './provider.ts';
import { capability, routingBlock, targetId, tokenPrice } from './routing.ts';
import { instant } from './text.ts';

/** One model of a provider, as the switch last saw it. */
export const modelView = z.strictObject({
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
export type ModelView = z.infer<typeof modelView>;

export const providerView = z.strictObject({
  id: z.string(),
  kind: providerKind,
  base_url: z.string(),
  keys: z.array(
    z.strictObject({ env: z.string(), set: z.boolean(), block: routingBlock.nullable() }),
  ),
  service: z.string().nullable().meta({ description: 'The Compose service that runs it' }),
  list: z.enum(['never', 'unlisted', 'ok', 'failed']),
  models: z.array(modelView),
});
export type ProviderView = z.infer<typeof providerView>;

/** What the switch published last; it stays while the switch sleeps. */
export const providersView = z.strictObject({
  at: instant.nullable().meta({ description: 'Null: the switch has never run' }),
  providers: z.array(providerView),
  notes: z.array(z.string()),
});
export type ProvidersView = z.infer<typeof providersView>;
