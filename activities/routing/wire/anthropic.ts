import type { LanguageModelUsage, TextStreamPart, ToolSet } from 'ai';
import { collected } from './collected.ts';
import { failureOf } from './read-error.ts';
import { asFailure, tooLong, watchStall } from './send.ts';
import { sdkRequest } from './sdk-request.ts';
import { WireFailure, type JsonObject, type Wire, type WireCall } from './wire.ts';

/** Speaks Anthropic's messages through the AI SDK, which translates requests and answers. It never repeats a request. */
export const anthropicWire: Wire = {
  async *stream(call) {
    const watch = watchStall(call.signal, call.limits);
    let size = 0;
    let finished = false;
    try {
      const calls = new Map<string, number>();
      for await (const part of await partsOf(call, watch.signal)) {
        watch.beat();
        if (part.type === 'error') throw failureFrom(part.error);
        if (part.type === 'text-delta' || part.type === 'reasoning-delta') size += part.text.length;
        if (size > call.limits.bytes) throw tooLong(call.limits.bytes);
        yield* chunksOf(part, calls);
        finished ||= part.type === 'finish';
      }
      if (!finished)
        throw new WireFailure({ message: 'the stream ended too early' }, { kind: 'failed' });
    } catch (error) {
      throw asFailure(error, call.signal);
    } finally {
      watch.end();
    }
  },

  complete: (call) => collected(anthropicWire.stream(call)),
};

async function partsOf(
  call: WireCall,
  signal: AbortSignal,
): Promise<AsyncIterable<TextStreamPart<ToolSet>>> {
  const [{ streamText, jsonSchema, Output }, { createAnthropic }] = await Promise.all([
    import('ai'),
    import('@ai-sdk/anthropic'),
  ]);
  const { provider, secret, model } = call;
  const { tools, schema, instructions, messages, ...settings } = sdkRequest(call.body);
  const make = createAnthropic({
    baseURL: provider.base_url.replace(/\/$/, ''),
    headers: { ...provider.headers },
    apiKey: secret ?? '',
    // a redirect would take the key elsewhere
    fetch: async (input, init) => {
      const answer = await fetch(input, { ...init, redirect: 'manual' });
      call.heard(Object.fromEntries(answer.headers));
      return answer;
    },
  });
  const offered = Object.entries(tools).map(([name, { parameters, ...about }]) => [
    name,
    { ...about, inputSchema: jsonSchema(parameters) },
  ]);
  const given = Object.fromEntries(
    Object.entries(settings).filter(([, value]) => value !== undefined),
  );
  const { stream } = streamText({
    ...given,
    ...(instructions !== undefined && { instructions }),
    model: make(model),
    messages,
    ...(offered.length > 0 && { tools: Object.fromEntries(offered) as ToolSet }),
    ...(schema !== undefined && { output: Output.object({ schema: jsonSchema(schema) }) }),
    maxRetries: 0,
    abortSignal: signal,
    onError: () => undefined,
  });
  return stream;
}

const reasons: Readonly<Record<string, string>> = {
  stop: 'stop',
  length: 'length',
  'content-filter': 'content_filter',
  'tool-calls': 'tool_calls',
  error: 'error',
};

/** @param calls places of the tool calls so far, by id; changed in place */
function* chunksOf(
  part: TextStreamPart<ToolSet>,
  calls: Map<string, number>,
): Generator<JsonObject> {
  const chunk = (delta: object, finish_reason: string | null = null): JsonObject => ({
    created: Math.floor(Date.now() / 1000),
    choices: [{ index: 0, delta, finish_reason }],
  });
  switch (part.type) {
    case 'text-delta':
      yield chunk({ content: part.text });
      break;
    case 'reasoning-delta':
      yield chunk({ reasoning_content: part.text });
      break;
    case 'tool-input-start': {
      const index = calls.size;
      calls.set(part.id, index);
      const named = { name: part.toolName, arguments: '' };
      yield chunk({ tool_calls: [{ index, id: part.id, type: 'function', function: named }] });
      break;
    }
    case 'tool-input-delta':
      yield chunk({
        tool_calls: [{ index: calls.get(part.id) ?? 0, function: { arguments: part.delta } }],
      });
      break;
    case 'finish':
      yield { ...chunk({}, reasons[part.finishReason] ?? 'stop'), usage: usageOf(part.totalUsage) };
      break;
    default:
      break;
  }
}

const usageOf = ({ inputTokens = 0, outputTokens = 0, inputTokenDetails }: LanguageModelUsage) => ({
  prompt_tokens: inputTokens,
  completion_tokens: outputTokens,
  total_tokens: inputTokens + outputTokens,
  prompt_tokens_details: {
    cached_tokens: inputTokenDetails.cacheReadTokens ?? 0,
    cache_write_tokens: inputTokenDetails.cacheWriteTokens ?? 0,
  },
});

interface ApiError {
  statusCode?: number;
  responseHeaders?: Record<string, string>;
  responseBody?: string;
}

/** An error of the SDK as what the provider said. */
function failureFrom(error: unknown): unknown {
  const { statusCode, responseHeaders, responseBody } = (error ?? {}) as ApiError;
  if (statusCode !== undefined && statusCode >= 300)
    return failureOf(statusCode, responseHeaders ?? null, parsed(responseBody), Date.now());
  // an event of the type `error` inside a stream
  if (typeof error === 'object' && error !== null && 'type' in error)
    return failureOf(null, null, error, Date.now());
  return error;
}

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return text;
  }
}
