import type { FastifyReply } from 'fastify';
import type { EventRecord } from '../contracts/event.ts';

/** A reader that has this much unread, in bytes, when more happens is cut; it may come back with its Last-Event-ID. */
const maxUnread = 1024 * 1024;
/** What happened before is sent in pieces of this many characters, each once there is room for it. */
const pieceLength = 64 * 1024;

/** One answer of Server-Sent Events that stays open. */
export interface EventStream {
  /** Sends what happened before, as fast as it is read. @returns whether anybody still reads */
  replay(events: EventRecord[]): Promise<boolean>;
  /** Sends what happens now, and waits for nobody. */
  send(events: EventRecord[]): void;
  /** One event of another kind, as JSON. */
  say(event: { id?: string; event: string; data: unknown }): void;
  comment(text: string): void;
  /** Resolves when the reader has taken what was written, or has gone. */
  drained(): Promise<void>;
  onClose(listener: () => void): void;
  end(): void;
}

const blockOf = (event: EventRecord): string =>
  `id: ${event.seq}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;

/** Takes over a reply that was hijacked; headers that hooks have set are sent. */
export function openEventStream(reply: FastifyReply): EventStream {
  const { raw } = reply;
  const headers = {
    ...reply.getHeaders(),
    'content-type': 'text/event-stream; charset=utf-8',
    connection: 'close', // once it ends nothing else comes on it, and the gateway need not wait to stop
  };
  raw.writeHead(200, headers as Record<string, string>);
  const isOver = (): boolean => raw.writableEnded || raw.destroyed;
  const write = (text: string): void => {
    if (!isOver() && text !== '') raw.write(text);
  };
  /** Resolves when there is room again, or nobody reads any more. */
  const room = (): Promise<void> =>
    new Promise((resolve) => {
      if (!raw.writableNeedDrain || isOver()) return resolve();
      const done = (): void => {
        raw.off('drain', done).off('close', done);
        resolve();
      };
      raw.once('drain', done).once('close', done);
    });
  write('retry: 1000\n\n');
  return {
    async replay(events) {
      let piece = '';
      for (const event of events) {
        piece += blockOf(event);
        if (piece.length < pieceLength) continue;
        write(piece);
        piece = '';
        await room();
      }
      write(piece);
      await room();
      return !isOver();
    },
    send(events) {
      if (events.length === 0) return;
      if (raw.writableLength > maxUnread) raw.destroy();
      else write(events.map(blockOf).join(''));
    },
    comment(text) {
      if (raw.writableLength === 0) write(`: ${text}\n\n`); // what is under way shows as much
    },
    say: ({ id, event, data }) =>
      write(
        `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`,
      ),
    drained: room,
    onClose: (listener) => void raw.once('close', listener),
    end: () => raw.end(),
  };
}
