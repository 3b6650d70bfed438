import type { FastifyReply } from 'fastify';
import type { EventRecord } from '../../contracts/event.ts';

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
  /** One event of another kind, as JSON; see `drained`. */
  say(event: OtherEvent): void;
  /** The same of what happens now: waits for nobody. */
  tell(event: OtherEvent): void;
  comment(text: string): void;
  /** Resolves when the reader has taken what was written, or has gone. */
  drained(): Promise<void>;
  /** At once where the reader has gone already. */
  onClose(listener: () => void): void;
  end(): void;
}

interface OtherEvent {
  id?: string;
  event: string;
  data: unknown;
}

const otherBlock = ({ id, event, data }: OtherEvent): string =>
  `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

const blockOf = (event: EventRecord): string =>
  `id: ${event.seq}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;

/**
 * Takes over a reply that was hijacked; headers that hooks have set are sent.
 * @param again may a reader whose connection broke ask for the same once more?
 */
export function openEventStream(reply: FastifyReply, { again = true } = {}): EventStream {
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
  const writeNow = (text: string): void => {
    if (raw.writableLength > maxUnread) raw.destroy();
    else write(text);
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
  if (again) write('retry: 1000\n\n');
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
      if (events.length > 0) writeNow(events.map(blockOf).join(''));
    },
    say: (event) => write(otherBlock(event)),
    tell: (event) => writeNow(otherBlock(event)),
    comment(text) {
      if (raw.writableLength === 0) write(`: ${text}\n\n`); // what is under way shows as much
    },
    drained: room,
    onClose(listener) {
      if (raw.destroyed) listener();
      else raw.once('close', listener);
    },
    end: () => raw.end(),
  };
}
