import type { FastifyReply } from 'fastify';
import type { EventRecord } from '../../contracts/event.ts';

/** A reader with more unread bytes than this is disconnected at the next event; it can resume with its Last-Event-ID. */
const maxUnread = 1024 * 1024;
/** Past events are sent in pieces of this many characters, each once there is room for it. */
const pieceLength = 64 * 1024;

/** An open answer of Server-Sent Events. */
export interface EventStream {
  /** Sends past events as fast as they are read. @returns whether the reader is still connected */
  replay(events: EventRecord[]): Promise<boolean>;
  /** Sends new events at once; disconnects a slow reader instead of waiting. */
  send(events: EventRecord[]): void;
  /** Sends one event of another kind, as JSON; the caller waits with `drained`. */
  say(event: OtherEvent): void;
  /** The same, but disconnects a slow reader, as `send` does. */
  sayNow(event: OtherEvent): void;
  comment(text: string): void;
  /** Resolves once the reader has taken what was written, or has disconnected. */
  drained(): Promise<void>;
  /** Calls the listener at once if the reader has already disconnected. */
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
 * Opens an event stream on a hijacked reply; sends the headers that hooks have set.
 * @param again whether a reader may reconnect after a broken connection
 */
export function openEventStream(reply: FastifyReply, { again = true } = {}): EventStream {
  const { raw } = reply;
  const headers = {
    ...reply.getHeaders(),
    'content-type': 'text/event-stream; charset=utf-8',
    connection: 'close', // an ended stream's connection does not delay the gateway's shutdown
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
  /** Resolves when there is room again, or the reader has disconnected. */
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
    sayNow: (event) => writeNow(otherBlock(event)),
    comment(text) {
      if (raw.writableLength === 0) write(`: ${text}\n\n`); // data in flight already shows that the stream is alive
    },
    drained: room,
    onClose(listener) {
      if (raw.destroyed) listener();
      else raw.once('close', listener);
    },
    end: () => raw.end(),
  };
}
