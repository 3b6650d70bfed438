import type { Answer } from '../../../platform/network/post.ts';
import { dataLines } from './data-lines.ts';
import { failureOf, statusIn } from './read-error.ts';
import { asFailure, readText, send } from './send.ts';
import { WireFailure, type JsonObject, type Wire, type WireCall } from './wire.ts';

/** Speaks to everything with OpenAI's `POST {base}/chat/completions` and `/embeddings`: chunks are passed on, not read and written again. */
export const openaiWire: Wire = {
  async *stream(call) {
    const { signal, limits } = call;
    const { stream_options: _, ...asked } = call.body;
    const body = {
      ...asked,
      model: call.model,
      stream: true,
      ...(call.quirks.stream_usage && { stream_options: { include_usage: true } }),
    };
    const { response, watch } = await send(urlOf(call), headersOf(call), body, call);
    const ends = createEnds();
    let isComplete = false;
    try {
      if (!isEventStream(response))
        throw notAStream(await readText(response, limits.bytes, watch.beat));
      for await (const data of dataLines(response, limits.bytes, watch.beat)) {
        if (isComplete) continue;
        if (data.trim() === '[DONE]') {
          isComplete = true;
          watch.complete();
          continue;
        }
        const chunk = chunkOf(data);
        ends.saw(chunk);
        yield chunk;
      }
    } catch (error) {
      if (!isComplete) throw asFailure(error, signal);
    } finally {
      watch.end();
    }
    ends.check();
  },

  async complete(call) {
    const { signal, limits } = call;
    const { stream_options: _, ...asked } = call.body;
    const plain = call.does === 'chat' ? { stream: false } : {};
    const body = { ...asked, model: call.model, ...plain };
    const { response, watch } = await send(urlOf(call), headersOf(call), body, call);
    try {
      return completionOf(await readText(response, limits.bytes, watch.beat));
    } catch (error) {
      throw asFailure(error, signal);
    } finally {
      watch.end();
    }
  },
};

const paths = { chat: 'chat/completions', embed: 'embeddings' } as const;
const urlOf = ({ provider, does }: WireCall): string =>
  `${provider.base_url.replace(/\/$/, '')}/${paths[does]}`;

/** The headers of a provider, with its key. */
export function headersOf({
  provider: { auth, headers },
  secret,
}: Pick<WireCall, 'provider' | 'secret'>): Record<string, string> {
  if (secret === null) return { ...headers };
  return auth === 'bearer'
    ? { ...headers, authorization: `Bearer ${secret}` }
    : { ...headers, [auth]: secret };
}

const isEventStream = ({ headers }: Answer): boolean =>
  headers['content-type']?.startsWith('text/event-stream') === true;

/** The object that a text of JSON is. Throws `WireFailure`. */
export const jsonOf = (text: string): JsonObject => {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as JsonObject;
  } catch {
    // not JSON: the same as JSON of another shape
  }
  throw new WireFailure({ message: 'the answer is not JSON' }, { kind: 'failed' });
};

const notAStream = (text: string): WireFailure => {
  const body = jsonOf(text);
  return (
    errorIn(body) ?? new WireFailure({ message: 'the answer is no stream' }, { kind: 'failed' })
  );
};

/** An error object that came with status 200; null if there is none. */
function errorIn(body: JsonObject): WireFailure | null {
  const error = body['error'];
  if (error === undefined || error === null) return null;
  return failureOf(statusIn(error), null, body, Date.now());
}

function chunkOf(data: string): JsonObject {
  const chunk = jsonOf(data);
  const failure = errorIn(chunk);
  if (failure !== null) throw failure;
  return chunk;
}

export const choicesOf = (body: JsonObject): JsonObject[] =>
  Array.isArray(body['choices']) ? (body['choices'] as JsonObject[]) : [];

const saysError = (body: JsonObject): boolean =>
  choicesOf(body).some(({ finish_reason }) => finish_reason === 'error');

const endedInError = (): WireFailure =>
  new WireFailure({ message: 'the answer ended with finish_reason "error"' }, { kind: 'failed' });

/** Watches that every choice of a stream comes to an end: a stream without `finish_reason` was cut, whatever follows. */
function createEnds(): { saw(chunk: JsonObject): void; check(): void } {
  const open = new Map<unknown, boolean>();
  return {
    saw(chunk) {
      if (saysError(chunk)) throw endedInError();
      for (const { index, finish_reason } of choicesOf(chunk))
        open.set(index ?? 0, (open.get(index ?? 0) ?? true) && !finish_reason);
    },
    check() {
      if (open.size > 0 && [...open.values()].every((isOpen) => !isOpen)) return;
      throw new WireFailure(
        { message: 'the stream ended without a finish_reason' },
        { kind: 'failed' },
      );
    },
  };
}

function completionOf(text: string): JsonObject {
  const body = jsonOf(text);
  const failure = errorIn(body);
  if (failure !== null) throw failure;
  if (saysError(body)) throw endedInError();
  return body;
}
