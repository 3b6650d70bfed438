import { EventSourceParserStream } from 'eventsource-parser/stream';
import { eventRecord, type EventRecord } from '../contracts/event.ts';
import type { GatewayClient } from './gateway-client.ts';

export interface EventQuery {
  windowId?: string;
  planId?: string;
  /** Replays the events after this one; without it, only new events arrive. */
  since?: number;
}

/** Yields events of the gateway's log as they happen. Ends with the connection; throws if it cannot connect. */
export async function* readEvents(
  gateway: GatewayClient,
  { windowId, planId, since }: EventQuery,
  signal: AbortSignal,
): AsyncGenerator<EventRecord> {
  const query = new URLSearchParams({
    ...(windowId !== undefined && { window_id: windowId }),
    ...(planId !== undefined && { plan_id: planId }),
  });
  const answer = await gateway.stream(`/vx11/events?${query}`, signal, { after: since });
  if (!answer.body) return;
  for await (const { data } of readMessages(answer.body)) {
    const parsed = eventRecord.safeParse(parseJson(data));
    if (parsed.success) yield parsed.data;
  }
}

/** One message of a text/event-stream; `event` is `message` if the stream gives no name. */
export interface StreamMessage {
  id: string | undefined;
  event: string;
  data: string;
}

/** The longest accepted message, in characters; far above any answer of the gateway. */
const maxBufferSize = 8 * 1024 * 1024;

/** The messages of a text/event-stream (WHATWG HTML, 9.2.6), without its comments and other fields. */
export async function* readMessages(
  body: ReadableStream<BufferSource>,
): AsyncGenerator<StreamMessage> {
  const messages = body
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream({ maxBufferSize }));
  for await (const { id, event = 'message', data } of messages) yield { id, event, data };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
