import type { AnswerWriter, FormError, FormEvent } from '../../../domain/routing/forms/form.ts';
import type { Loose } from '../../../domain/routing/request/loose.ts';
import { openaiErrorOf } from '../../../contracts/openai.ts';
import { eventData } from '../../../platform/network/event-data.ts';

const textOf = (events: readonly FormEvent[]): string =>
  events.map(({ event, data }) => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`).join('');

const lost = openaiErrorOf('unavailable', 'switch went away before the answer was complete.');

/** A stream of switch in another form. It ends with an error of that form if switch reports one, or goes away. */
export async function* writtenStream(
  body: AsyncIterable<Uint8Array>,
  writer: AnswerWriter,
): AsyncGenerator<string> {
  try {
    for await (const data of eventData(body)) {
      if (data === '[DONE]') {
        yield textOf(writer.end());
        return;
      }
      const chunk = JSON.parse(data) as Loose & { error?: FormError };
      if (chunk.error !== undefined) {
        yield textOf(writer.fail(chunk.error));
        return;
      }
      const text = textOf(writer.chunk(chunk));
      if (text !== '') yield text;
    }
  } catch {
    // answered below, like a stream without an end
  }
  yield textOf(writer.fail(lost.error));
}

/** A stream of switch as it is. */
export async function* passedStream(
  body: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array | string> {
  try {
    yield* body;
  } catch {
    yield `\n\ndata: ${JSON.stringify(lost)}\n\n`;
  }
}
