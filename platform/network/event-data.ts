import { createParser } from 'eventsource-parser';

/** The data of each event of a text/event-stream, without comments and names; also of a last one without an empty line after it. */
export async function* eventData(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  const ready: string[] = [];
  const parser = createParser({ onEvent: ({ data }) => void ready.push(data) });
  for await (const piece of body) {
    parser.feed(decoder.decode(piece, { stream: true }));
    yield* ready.splice(0);
  }
  parser.feed(`${decoder.decode()}\n\n`);
  yield* ready;
}
