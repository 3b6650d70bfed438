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

/** The messages of a text/event-stream (WHATWG HTML, 9.2.6), without its comments and other fields. */
export async function* readMessages(
  body: ReadableStream<Uint8Array>,
): AsyncGenerator<StreamMessage> {
  const decoder = new TextDecoder();
  let rest = '';
  let data: string[] = [];
  let id: string | undefined;
  let event = 'message';
  for await (const chunk of body) {
    rest += decoder.decode(chunk, { stream: true });
    const lines = rest.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line === '') {
        if (data.length > 0) yield { id, event, data: data.join('\n') };
        data = [];
        event = 'message';
      } else {
        const [, field = '', value = ''] = /^([^:]*):? ?(.*)$/s.exec(line) ?? [];
        if (field === 'data') data.push(value);
        else if (field === 'id') id = value;
        else if (field === 'event') event = value;
      }
    }
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
