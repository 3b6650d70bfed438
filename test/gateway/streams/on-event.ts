import { readMessages } from '../../../client/sse-messages.ts';

/** One event of a chat, with its parsed data. */
export interface ReadEvent {
  event: string;
  // tests read many shapes; the contracts' own tests check them
  // oxlint-disable-next-line typescript/no-explicit-any
  data: any;
}

/** A chat that is answered by events, from the first byte until it ends or the reader disconnects. */
export interface EventReader {
  response: Response;
  events: ReadEvent[];
  /** Resolves with all events when either side has ended the answer. */
  ended: Promise<ReadEvent[]>;
  leave(): void;
}

/** Posts a message and follows the events of its answer. For a refusal, the caller reads the body. */
export async function readChatEvents(
  url: string,
  token: string,
  body: object,
  headers: Record<string, string> = {},
): Promise<EventReader> {
  const left = new AbortController();
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'x-vx11-token': token,
      'content-type': 'application/json',
      accept: 'text/event-stream',
      ...headers,
    },
    body: JSON.stringify(body),
    signal: left.signal,
  });
  const events: ReadEvent[] = [];
  const follow = async (): Promise<ReadEvent[]> => {
    if (response.status !== 200 || response.body === null) return events;
    for await (const { event, data } of readMessages(response.body)) {
      events.push({ event, data: JSON.parse(data) });
    }
    return events;
  };
  return { response, events, ended: follow().catch(() => events), leave: () => left.abort() };
}
