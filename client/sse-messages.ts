import { EventSourceParserStream } from 'eventsource-parser/stream';

/** One message of a text/event-stream; `event` is `message` if the stream gives no name. */
export interface StreamMessage {
  id: string | undefined;
  event: string;
  data: string;
}

/** The longest accepted message, in characters; far above any answer of the gateway. */
const maxBufferSize = 8 * 1024 * 1024;

/** The messages of a text/event-stream (WHATWG HTML, 9.2.6), without its comments and other fields. Runs in browsers too. */
export async function* readMessages(
  body: ReadableStream<BufferSource>,
): AsyncGenerator<StreamMessage> {
  const reader = body
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream({ maxBufferSize }))
    .getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const { id, event = 'message', data } = value;
      yield { id, event, data };
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
