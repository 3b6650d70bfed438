import type { LanguageModel, TextStreamPart, ToolSet } from 'ai';
import { z } from 'zod';
import { cappedFetch } from './fetch.ts';
import { asked, textLimit, type Outcome, type Said } from './outcome.ts';
import type { LlmSettings } from './settings.ts';

/** One call to a model, tried once. */
export interface Question {
  system: string;
  user: string;
  schema: z.ZodType | null;
  maxTokens: number;
  signal: AbortSignal;
  /** Has the answer streamed: `soFar` is the text, or as much of its JSON as can be read, of `length` characters. */
  heard: ((soFar: unknown, length: number) => void) | null;
}

/** Answers with what came of the call; never throws. */
export type Provider = (question: Question) => Promise<Outcome>;

/** Loads the provider's package, which nobody pays for who has no model configured. */
export async function loadProvider(settings: LlmSettings): Promise<Provider> {
  // the SDK's hints would go to the console, past our log
  (globalThis as { AI_SDK_LOG_WARNINGS?: boolean }).AI_SDK_LOG_WARNINGS = false;
  const [{ generateText, streamText, parsePartialJson, Output }, model] = await Promise.all([
    import('ai'),
    modelOf(settings),
  ]);
  /** What comes back is checked by us, so that an answer that does not fit still counts its tokens. */
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
  return ({ system, user, schema, maxTokens, signal, heard }) =>
    asked(schema, async () => {
      const call = {
        model,
        prompt: user,
        maxOutputTokens: maxTokens,
        maxRetries: 0,
        abortSignal: signal,
        instructions: schema === null ? system : `${system}\n\n${formOf(schema)}`,
        ...(schema !== null && { output: unchecked(schema) }),
      };
      if (heard !== null) {
        const { stream } = streamText({ ...call, onError: () => undefined });
        return heardOf(stream, async (text, length) => heard(await read(schema, text), length));
      }
      const result = await generateText(call);
      const { inputTokens = 0, outputTokens = 0 } = result.usage;
      return {
        text: schema === null || result.text === '' ? result.text : result.output,
        reasoning: result.reasoningText ?? null,
        tokens: { in: inputTokens, out: outputTokens },
      };
    });
}

/** No more of an answer is read before all of it is there, in characters: each piece means reading it anew. */
const partialLimit = 16 * 1024;
/** Models like to put JSON between fences of Markdown; this is the first of the two. */
const openedFence = /^\s*```(?:json)?\s*\n/;

/** An answer that comes piece by piece, told with each. Throws what breaks it. */
async function heardOf(
  stream: AsyncIterable<TextStreamPart<ToolSet>>,
  tell: (text: string, length: number) => Promise<void>,
): Promise<Said> {
  let [text, reasoning] = ['', ''];
  let tokens = { in: 0, out: 0 };
  for await (const part of stream) {
    if (part.type === 'error') throw part.error;
    if (part.type === 'abort') throw new DOMException('aborted', 'AbortError');
    if (part.type === 'text-delta') text += part.text;
    else if (part.type === 'reasoning-delta') reasoning += part.text;
    else if (part.type === 'finish') {
      const { inputTokens = 0, outputTokens = 0 } = part.totalUsage;
      tokens = { in: inputTokens, out: outputTokens };
    }
    if (text.length > textLimit) break;
    if (part.type === 'text-delta' || part.type === 'reasoning-delta') {
      await tell(text, text.length + reasoning.length);
    }
  }
  return { text, reasoning: reasoning === '' ? null : reasoning, tokens };
}

/** Not every server takes a schema beside the messages, so the words say it too. */
const formOf = (schema: z.ZodType): string =>
  `Answer with one JSON object and nothing else. It fits this JSON Schema:\n${JSON.stringify(z.toJSONSchema(schema))}`;

async function modelOf(settings: LlmSettings): Promise<LanguageModel> {
  const { base_url, key, model } = settings;
  const common = { fetch: cappedFetch, ...(key !== undefined && { apiKey: key }) };
  if (settings.kind === 'anthropic') {
    const { createAnthropic } = await import('@ai-sdk/anthropic');
    const address = base_url === undefined ? {} : { baseURL: base_url };
    return createAnthropic({ ...common, ...address })(model);
  }
  const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible');
  const about = { name: 'llm', baseURL: base_url!, includeUsage: true };
  return createOpenAICompatible({ ...common, ...about })(model);
}
