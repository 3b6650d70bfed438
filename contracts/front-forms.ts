import { z } from 'zod';

const model = z
  .string()
  .min(1)
  .max(200)
  .optional()
  .meta({ description: 'As in POST /v1/chat/completions' });
const loose = z.looseObject({});

/** By which route of `/v1` a request came; it is answered in the form of that route. */
export const routingSurface = z.enum(['chat', 'responses', 'messages', 'embeddings']);
export type RoutingSurface = z.infer<typeof routingSurface>;

/** What every request of OpenAI's responses has; all other fields are read where chat completions have the same. */
export const responsesRequest = z.looseObject({
  model,
  input: z.union([z.string(), z.array(loose).min(1)]),
  stream: z.boolean().nullish(),
});
export const responsesAnswer = z.looseObject({
  id: z.string(),
  object: z.literal('response'),
  status: z.enum(['completed', 'incomplete', 'failed']),
  model: z.string(),
  output: z.array(loose),
});

/** What every request of Anthropic's messages has. */
export const messagesRequest = z.looseObject({
  model,
  messages: z.array(z.looseObject({ role: z.string() })).min(1),
  stream: z.boolean().nullish(),
});
export const messagesAnswer = z.looseObject({
  id: z.string(),
  type: z.literal('message'),
  model: z.string(),
  content: z.array(loose),
  stop_reason: z.string().nullable(),
});

/** How many tokens a request of Anthropic's messages has. */
export const countedTokens = z.strictObject({ input_tokens: z.int().min(0) });

/** What every request of OpenAI's embeddings has: texts, or tokens. */
export const embeddingsRequest = z.looseObject({
  model,
  input: z.union([z.string(), z.array(z.unknown()).min(1)]),
});
export type EmbeddingsRequest = z.infer<typeof embeddingsRequest>;
export const embeddingsAnswer = z.looseObject({
  object: z.literal('list'),
  model: z.string(),
  data: z.array(loose),
});
