import { EventSourceParserStream } from 'eventsource-parser/stream';
import { eventRecord, type EventRecord } from '../contracts/event.ts';
import type { GatewayClient } from './gateway-client.ts';

export interface EventQuery {
  windowId?: string;
  planId?: string;
  /** Replays what came after this event; only new ones where left out. */
  since?: number;
}

/** Events of the gateway's log as they come. Ends when the connection does; throws where none can be made. */
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

/** One message of such a stream; `event` is `message` where it has no name. */
export interface StreamMessage {
  id: string | undefined;
  event: string;
  data: string;
}

/** The longest message that is read, in characters: no answer of the gateway comes near. */
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
