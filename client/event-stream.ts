import { eventRecord, type EventRecord } from '../contracts/event.ts';
import type { GatewayClient } from './gateway-client.ts';
import { readMessages } from './sse-messages.ts';

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
  for await (const { event, data } of readMessages(answer.body)) {
    if (event === 'hello') continue; // describes the log; no event of it
    const parsed = eventRecord.safeParse(parseJson(data));
    if (parsed.success) yield parsed.data;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
