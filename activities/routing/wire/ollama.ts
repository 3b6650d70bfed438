import { UnreadableForm } from '../../../domain/routing/forms/form.ts';
import { readOllama } from '../../../domain/routing/forms/ollama/read-answer.ts';
import { writeOllama } from '../../../domain/routing/forms/ollama/write-request.ts';
import { textLines } from '../../../platform/network/text-lines.ts';
import { collected } from './collected.ts';
import { headersOf, jsonOf, openaiWire } from './openai.ts';
import { failureOf } from './read-error.ts';
import { asFailure, send, watched } from './send.ts';
import { WireFailure, type JsonObject, type Wire, type WireCall } from './wire.ts';

const rootOf = ({ provider }: WireCall): string => provider.base_url.replace(/\/$/, '');

/**
 * Speaks Ollama's own `/api/chat`: its door of OpenAI's form knows no context, and cuts prompts that are longer without a word.
 * Vectors come by that door.
 */
export const ollamaWire: Wire = {
  async *stream(call) {
    const { signal, limits } = call;
    const body = { ...requestOf(call), stream: true };
    const url = `${rootOf(call)}/api/chat`;
    const { response, watch } = await send(url, headersOf(call), body, call);
    const reader = readOllama(Math.floor(Date.now() / 1000));
    try {
      const pieces = watched(response.body, limits.bytes, watch.beat);
      for await (const text of textLines(pieces)) {
        const line = jsonOf(text);
        // an error comes as a line, after 200
        if (line['error'] !== undefined) throw failureOf(null, null, line, Date.now());
        yield* reader.chunks(line);
      }
      if (!reader.done())
        throw new WireFailure({ message: 'the stream ended too early' }, { kind: 'failed' });
    } catch (error) {
      throw asFailure(error, signal);
    } finally {
      watch.end();
    }
  },

  complete(call) {
    if (call.does === 'chat') return collected(ollamaWire.stream(call));
    return openaiWire.complete({
      ...call,
      provider: { ...call.provider, auth: 'bearer', base_url: `${rootOf(call)}/v1` },
    });
  },
};

function requestOf({ body, model, context }: WireCall): JsonObject {
  try {
    return writeOllama(body, model, context);
  } catch (error) {
    if (!(error instanceof UnreadableForm)) throw error;
    throw new WireFailure({ status: 400, message: error.message }, { kind: 'bad_request' });
  }
}
