import { once } from 'node:events';
import {
  connect,
  constants,
  createServer,
  type ClientHttp2Session,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import { createReader, type Passing } from './temporal-messages.ts';

/** A proxy between one process and Temporal that can hold back a message. */
export interface TemporalProxy {
  address: string;
  /**
   * Holds back the next message that fits, for good, and resolves with it. Calls `held` at that moment, before any other
   * message passes.
   */
  hold(fits: (passing: Passing) => boolean, held: () => void): Promise<Passing>;
  /** Holds back no further message. */
  forget(): void;
  close(): Promise<void>;
}

interface Answer {
  headers: IncomingHttpHeaders;
  body: Buffer;
  /** Null if the response has only headers. */
  trailers: IncomingHttpHeaders | null;
}

/** @param upstream Temporal's own address, `host:port`, without TLS */
export async function startTemporalProxy(upstream: string): Promise<TemporalProxy> {
  const sessions = new Set<ServerHttp2Session | ClientHttp2Session>();
  const reader = createReader();
  let held: ((passing: Passing) => boolean) | null = null;

  const isHeld = (passing: Passing | null): boolean => passing !== null && held?.(passing) === true;

  const serve = async (
    stream: ServerHttp2Stream,
    headers: IncomingHttpHeaders,
    to: ClientHttp2Session,
  ): Promise<void> => {
    const method = String(headers[':path']).split('/').at(-1)!;
    const asked = await bodyOf(stream);
    if (isHeld(reader.asked(method, asked))) return;
    const answer = await ask(to, headers, asked, stream);
    if (isHeld(reader.answered(method, asked, answer.body))) return;
    if (stream.destroyed) return;
    if (answer.trailers === null) {
      stream.respond(answer.headers, { endStream: true });
      return;
    }
    stream.respond(answer.headers, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers(answer.trailers!));
    stream.end(answer.body);
  };

  const server = createServer();
  server.on('session', (from) => {
    const to = connect(`http://${upstream}`);
    sessions.add(from).add(to);
    // pass the end of a connection on, so that Temporal hands no task to a dead worker
    from.on('close', () => to.destroy());
    to.on('close', () => from.destroy());
    for (const one of [from, to]) {
      one.on('error', () => one.destroy());
      one.on('close', () => sessions.delete(one));
    }
    from.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
      stream.on('error', () => undefined);
      serve(stream, headers, to).catch(() => stream.close(constants.NGHTTP2_CANCEL));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    hold: (fits, act) =>
      new Promise((resolve) => {
        held = (passing) => {
          if (!fits(passing)) return false;
          held = null;
          act();
          resolve(passing);
          return true;
        };
      }),
    forget: () => void (held = null),
    async close() {
      for (const one of sessions) one.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

async function bodyOf(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
}

/** Sends a request to Temporal; cancelled when the caller's stream closes. */
function ask(
  to: ClientHttp2Session,
  headers: IncomingHttpHeaders,
  body: Buffer,
  from: ServerHttp2Stream,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const stream = to.request(headers);
    const parts: Buffer[] = [];
    let answer: Answer | null = null;
    stream.on('response', (got, flags) => {
      const last = (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0;
      answer = { headers: got, body: Buffer.alloc(0), trailers: last ? null : {} };
    });
    stream.on('trailers', (trailers) => void (answer = answer && { ...answer, trailers }));
    stream.on('data', (part: Buffer) => parts.push(part));
    stream.on('error', reject);
    stream.on('close', () => {
      if (answer === null) reject(new Error('Temporal did not answer'));
      else resolve({ ...answer, body: Buffer.concat(parts) });
    });
    from.on('close', () => stream.close(constants.NGHTTP2_CANCEL));
    stream.end(body);
  });
}
