import type { FastifyReply } from 'fastify';
import type { EventRecord } from '../contracts/event.ts';

/** A reader that has this much unread, in bytes, is cut; it may come back with its Last-Event-ID. */
const maxUnread = 1024 * 1024;

/** One answer of Server-Sent Events that stays open. */
export interface EventStream {
  send(events: EventRecord[]): void;
  /** One event of another kind, as JSON. */
  say(event: { id?: string; event: string; data: unknown }): void;
  comment(text: string): void;
  /** Resolves when the reader has taken what was written, or has gone. */
  drained(): Promise<void>;
  onClose(listener: () => void): void;
  end(): void;
}

/** Takes over a reply that was hijacked; headers that hooks have set are sent. */
export function openEventStream(reply: FastifyReply): EventStream {
  const { raw } = reply;
  const headers = {
    ...reply.getHeaders(),
    'content-type': 'text/event-stream; charset=utf-8',
    connection: 'close', // once it ends nothing else comes on it, and the gateway need not wait to stop
  };
  raw.writeHead(200, headers as Record<string, string>);
  const write = (text: string): void => {
    if (raw.writableEnded || raw.destroyed) return;
    raw.write(text);
    if (raw.writableLength > maxUnread) raw.destroy();
  };
  write('retry: 1000\n\n');
  return {
    send(events) {
      if (events.length === 0) return;
      const lines = events.map(
        (event) => `id: ${event.seq}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`,
      );
      write(lines.join(''));
    },
    say: ({ id, event, data }) =>
      write(
        `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`,
      ),
    comment: (text) => write(`: ${text}\n\n`),
    drained: () =>
      raw.writableNeedDrain && !raw.destroyed
        ? new Promise((resolve) => {
            raw.once('drain', resolve);
            raw.once('close', resolve);
          })
        : Promise.resolve(),
    onClose: (listener) => void raw.once('close', listener),
    end: () => raw.end(),
  };
}
