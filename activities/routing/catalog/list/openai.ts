import { z } from 'zod';
import type { Capability, TokenPrice } from '../../../../contracts/routing.ts';
import {
  amount,
  firstOf,
  flag,
  group,
  modelName,
  priceOf,
  rowsOf,
  tokenCount,
  word,
  words,
} from './fields.ts';
import type { GetJson } from './get-json.ts';
import type { ListedModel } from './listed-model.ts';

/** A row of `/models`, with what servers add to OpenAI's four fields. */
const row = z.object({
  id: modelName,
  owned_by: word,
  /** Together. */
  type: word,
  /** OpenRouter, Together, Fireworks and others; Groq; vLLM; Mistral. */
  context_length: tokenCount,
  context_window: tokenCount,
  max_model_len: tokenCount,
  max_context_length: tokenCount,
  /** llama.cpp: of one slot. */
  meta: group({ n_ctx: tokenCount }),
  max_completion_tokens: tokenCount,
  max_output_length: tokenCount,
  top_provider: group({ context_length: tokenCount, max_completion_tokens: tokenCount }),
  /** OpenRouter and Vercel: texts, USD for a token. Together: numbers, USD for a million. */
  pricing: group({
    prompt: amount,
    completion: amount,
    input: z.unknown().optional(),
    output: z.unknown().optional(),
    input_cache_read: amount,
  }),
  supported_parameters: words,
  architecture: group({ input_modalities: words, output_modalities: words }),
  /** Mistral. */
  capabilities: group({
    completion_chat: flag,
    function_calling: flag,
    vision: flag,
    reasoning: flag,
  }),
});
type Row = z.output<typeof row>;

/** OpenAI's list, or a bare array, of models that chat or embed. @throws ListError */
export async function listOpenAi(get: GetJson): Promise<ListedModel[]> {
  const answer = await get('/models');
  const data = Array.isArray(answer) ? answer : (answer as { data?: unknown } | null)?.data;
  return rowsOf(data, row)
    .filter((one) => chats(one) || embeds(one))
    .map(modelOf);
}

const otherUse =
  /(^|[-_/.:])(embed|embeddings?|whisper|tts|rerank|reranker|moderations?|dall-e|sora|imagine)([-_/.:\d]|$)/i;
const otherType = /^(embedding|image|audio|video|moderation|rerank|transcribe)/;

const embeds = ({ id, type }: Row): boolean =>
  type?.startsWith('embedding') === true || /(^|[-_/.:])(embed|embeddings?)([-_/.:\d]|$)/i.test(id);

const chats = ({ id, type, capabilities, architecture }: Row): boolean =>
  !otherUse.test(id) &&
  !otherType.test(type ?? '') &&
  capabilities?.completion_chat !== false &&
  (architecture?.output_modalities?.includes('text') ?? true);

const modelOf = (one: Row): ListedModel => ({
  id: one.id,
  // what the serving end takes may be less than what the model could
  context: firstOf(
    one.meta?.n_ctx,
    one.max_model_len,
    one.top_provider?.context_length,
    one.context_length,
    one.context_window,
    one.max_context_length,
  ),
  max_output: firstOf(
    one.top_provider?.max_completion_tokens,
    one.max_completion_tokens,
    one.max_output_length,
  ),
  price: pricing(one),
  can: chats(one) ? capabilitiesOf(one) : ['embed'],
});

function pricing({ id, pricing: said }: Row): TokenPrice | null {
  if (!said) return null;
  // OpenRouter's word for free
  if (id.endsWith(':free')) return { in: 0, out: 0, cached: 0 };
  if (said.prompt) return priceOf(said.prompt, said.completion, said.input_cache_read, 1e6);
  const perToken = typeof said.input === 'string';
  const [input, output] = [said.input, said.output].map((value) => Number(value));
  return priceOf(input, output, said.input_cache_read, perToken ? 1e6 : 1);
}

/** What they serve takes a schema, as they make a grammar of it. */
const grammars = /^(llamacpp|vllm|sglang)$/;

/** Null unless the list speaks of capabilities at all. */
function capabilitiesOf(one: Row): Capability[] | null {
  const { supported_parameters: takes, architecture, capabilities } = one;
  const grammar = grammars.test(one.owned_by ?? '');
  if (!takes && !capabilities && !grammar) return null;
  const inputs = architecture?.input_modalities ?? [];
  const has = (...names: string[]): boolean => names.some((name) => takes?.includes(name) === true);
  const can: [Capability, boolean][] = [
    ['tools', has('tools') || capabilities?.function_calling === true],
    ['vision', inputs.includes('image') || capabilities?.vision === true],
    // Mistral's list does not say it, and all of its chat models take a schema
    [
      'json',
      grammar ||
        has('structured_outputs', 'response_format') ||
        capabilities?.completion_chat === true,
    ],
    ['audio', inputs.includes('audio')],
    ['reasoning', has('reasoning', 'include_reasoning') || capabilities?.reasoning === true],
  ];
  return can.flatMap(([name, yes]) => (yes ? [name] : []));
}
