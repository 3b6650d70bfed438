import { createParser } from 'eventsource-parser';
import { tooLong } from './send.ts';

/**
 * The data of each event of a text/event-stream, without comments. `beat` is called for everything that comes, comments
 * too: they show that the provider is alive. Throws `WireFailure` for more than `limit` bytes.
 */
export async function* dataLines(
  { body }: Response,
  limit: number,
  beat: () => void,
): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  const ready: string[] = [];
  const parser = createParser({ onEvent: ({ data }) => void ready.push(data) });
  let size = 0;
  for await (const piece of body ?? []) {
    beat();
    size += piece.byteLength;
    if (size > limit) throw tooLong(limit);
    parser.feed(decoder.decode(piece, { stream: true }));
    yield* ready.splice(0);
  }
  // a last event without an empty line after it
  parser.feed(`${decoder.decode()}\n\n`);
  yield* ready;
}
