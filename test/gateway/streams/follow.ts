import { expect } from 'vitest';
import { eventHello, type EventHello, type EventRecord } from '../../../contracts/event.ts';
import { adminToken } from '../fixture.ts';

/** A reader of a gateway's events, from the first byte until it is disconnected or closes. */
export interface Follower {
  response: Response;
  /** The first frame. */
  hello: EventHello | null;
  received: EventRecord[];
  comments: string[];
  /** Resolves when either side has ended the stream. */
  ended: Promise<void>;
  close(): void;
}

/** Follows the stream of the gateway at `base`. @param token null for a caller that `headers` identify */
export async function follow(
  base: string,
  query = '',
  headers: Record<string, string> = {},
  token: string | null = adminToken,
): Promise<Follower> {
  const cut = new AbortController();
  const response = await fetch(`${base}/vx11/events${query}`, {
    headers: { ...(token !== null && { 'x-vx11-token': token }), ...headers },
    signal: cut.signal,
  });
  let hello: EventHello | null = null;
  const received: EventRecord[] = [];
  const comments: string[] = [];
  const take = (block: string): void => {
    comments.push(...[...block.matchAll(/^: (.*)$/gm)].map(([, text]) => text!));
    const data = /^data: (.*)$/m.exec(block)?.[1];
    if (data === undefined) return;
    if (hello === null) {
      expect(block).toMatch(/^event: hello\ndata: /);
      hello = eventHello.parse(JSON.parse(data));
      return;
    }
    const record = JSON.parse(data) as EventRecord;
    expect(block).toContain(`id: ${record.seq}\nevent: ${record.type}\n`);
    received.push(record);
  };
  const ended = (async () => {
    if (response.status !== 200) return;
    let text = '';
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      const blocks = text.split('\n\n');
      text = blocks.pop()!;
      blocks.forEach(take);
    }
  })().catch(() => undefined);
  return {
    response,
    get hello() {
      return hello;
    },
    received,
    comments,
    ended,
    close: () => cut.abort(),
  };
}
