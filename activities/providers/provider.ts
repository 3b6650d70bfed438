import type { LanguageModel, TextStreamPart, ToolSet } from 'ai';
import { z } from 'zod';
import { modelFetch } from './fetch.ts';
import { outcomeOfCall, textLimit, type Outcome, type Said } from './outcome.ts';
import type { LlmSettings } from './settings.ts';

/** One call to a model, without retries. */
export interface Question {
  system: string;
  user: string;
  schema: z.ZodType | null;
  maxTokens: number;
  correlation_id: string;
  timeout_ms: number;
  signal: AbortSignal;
  /** Streams the answer: `soFar` is its text, or the part of its JSON that can be parsed, of `length` characters. */
  onPartial: ((soFar: unknown, length: number) => void) | null;
}

/** Makes the call and returns its outcome; never throws. */
export type Provider = (question: Question) => Promise<Outcome>;

/** Loads the provider's package; without a configured model it is never loaded. */
export async function loadProvider(settings: LlmSettings): Promise<Provider> {
  // the SDK's warnings would bypass our log
  (globalThis as { AI_SDK_LOG_WARNINGS?: boolean }).AI_SDK_LOG_WARNINGS = false;
  const [{ generateText, streamText, parsePartialJson, Output }, model] = await Promise.all([
    import('ai'),
    modelOf(settings),
  ]);
  /** Turns off the SDK's validation: we validate the answer, so that the tokens of an invalid one count too. */
  const unchecked = (schema: z.ZodType) => ({
    ...Output.object({ schema }),
    parseCompleteOutput: ({ text }: { text: string }) => Promise.resolve(text),
    parsePartialOutput: ({ text }: { text: string }) => Promise.resolve({ partial: text as never }),
  });
  const read = async (schema: z.ZodType | null, text: string): Promise<unknown> => {
    if (schema === null) return text;
    if (text.length > partialLimit) return undefined;
    return (await parsePartialJson(text.replace(openedFence, ''))).value;
  };
  return ({ system, user, schema, maxTokens, signal, onPartial, ...about }) =>
    outcomeOfCall(schema, async () => {
      const call = {
        model,
        prompt: user,
        maxOutputTokens: maxTokens,
        maxRetries: 0,
        headers: settings.headersFor?.(about) ?? {},
        abortSignal: signal,
        instructions: schema === null ? system : `${system}\n\n${formOf(schema)}`,
        ...(schema !== null && { output: unchecked(schema) }),
      };
      if (onPartial !== null) {
        const { stream } = streamText({ ...call, onError: () => undefined });
        return readStream(stream, async (text, length) =>
          onPartial(await read(schema, text), length),
        );
      }
      const result = await generateText(call);
      const { inputTokens = 0, outputTokens = 0 } = result.usage;
      return {
        text: schema === null || result.text === '' ? result.text : result.output,
        reasoning: result.reasoningText ?? null,
        tokens: { in: inputTokens, out: outputTokens },
        answered: result.response.modelId,
        cost_usd: costIn(result.response.headers),
      };
    });
}

/** What switch says that an answer cost, in USD. */
function costIn(headers: Record<string, string> | undefined): number | null {
  const reported = headers?.['x-vx11-cost-usd'];
  return reported === undefined ? null : Number(reported);
}

/** A longer answer is not parsed before it is complete, in characters: each piece would parse it all again. */
const partialLimit = 16 * 1024;
/** The opening Markdown fence that models often put before JSON. */
const openedFence = /^\s*```(?:json)?\s*\n/;

/** Reads a streamed answer and calls `onText` for each piece. Throws if the stream breaks. */
async function readStream(
  stream: AsyncIterable<TextStreamPart<ToolSet>>,
  onText: (text: string, length: number) => Promise<void>,
): Promise<Said> {
  let [text, reasoning] = ['', ''];
  let tokens = { in: 0, out: 0 };
  let answered: string | null = null;
  for await (const part of stream) {
    if (part.type === 'error') throw part.error;
    if (part.type === 'abort') throw new DOMException('aborted', 'AbortError');
    if (part.type === 'text-delta') text += part.text;
    else if (part.type === 'reasoning-delta') reasoning += part.text;
    else if (part.type === 'finish-step') answered = part.response.modelId;
    else if (part.type === 'finish') {
      const { inputTokens = 0, outputTokens = 0 } = part.totalUsage;
      tokens = { in: inputTokens, out: outputTokens };
    }
    if (text.length > textLimit) break;
    if (part.type === 'text-delta' || part.type === 'reasoning-delta') {
      await onText(text, text.length + reasoning.length);
    }
  }
  return { text, reasoning: reasoning === '' ? null : reasoning, tokens, answered, cost_usd: null };
}

/** States the schema in the prompt too, since not every server accepts one as a parameter. */
const formOf = (schema: z.ZodType): string =>
  `Answer with one JSON object and nothing else. It fits this JSON Schema:\n${JSON.stringify(z.toJSONSchema(schema))}`;

async function modelOf(settings: LlmSettings): Promise<LanguageModel> {
  const { base_url, key, model } = settings;
  const common = { fetch: modelFetch(settings.send), ...(key !== undefined && { apiKey: key }) };
  if (settings.kind === 'anthropic') {
    const { createAnthropic } = await import('@ai-sdk/anthropic');
    const address = base_url === undefined ? {} : { baseURL: base_url };
    return createAnthropic({ ...common, ...address })(model);
  }
  const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible');
  const about = { name: 'llm', baseURL: base_url!, includeUsage: true };
  return createOpenAICompatible({ ...common, ...about })(model);
}
