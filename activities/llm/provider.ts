import type { LanguageModel } from 'ai';
import { z } from 'zod';
import { cappedFetch } from './fetch.ts';
import { asked, type Outcome } from './outcome.ts';
import type { LlmSettings } from './settings.ts';

/** One call to a model, tried once. */
export interface Question {
  system: string;
  user: string;
  schema: z.ZodType | null;
  maxTokens: number;
  signal: AbortSignal;
}

/** Answers with what came of the call; never throws. */
export type Provider = (question: Question) => Promise<Outcome>;

/** Loads the provider's package, which nobody pays for who has no model configured. */
export async function loadProvider(settings: LlmSettings): Promise<Provider> {
  // the SDK's hints would go to the console, past our log
  (globalThis as { AI_SDK_LOG_WARNINGS?: boolean }).AI_SDK_LOG_WARNINGS = false;
  const [{ generateText, Output }, model] = await Promise.all([import('ai'), modelOf(settings)]);
  /** What comes back is checked by us, so that an answer that does not fit still counts its tokens. */
  const unchecked = (schema: z.ZodType) => ({
    ...Output.object({ schema }),
    parseCompleteOutput: ({ text }: { text: string }) => Promise.resolve(text),
  });
  return ({ system, user, schema, maxTokens, signal }) =>
    asked(schema, async () => {
      const common = { model, prompt: user, maxOutputTokens: maxTokens, maxRetries: 0 };
      const result = await generateText({
        ...common,
        abortSignal: signal,
        instructions: schema === null ? system : `${system}\n\n${formOf(schema)}`,
        ...(schema !== null && { output: unchecked(schema) }),
      });
      const { inputTokens = 0, outputTokens = 0 } = result.usage;
      return {
        text: schema === null || result.text === '' ? result.text : result.output,
        reasoning: result.reasoningText ?? null,
        tokens: { in: inputTokens, out: outputTokens },
      };
    });
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
  return createOpenAICompatible({ ...common, name: 'llm', baseURL: base_url! })(model);
}
