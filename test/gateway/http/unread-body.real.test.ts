import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { adminToken, startListening, type ListeningGateway } from '../fixture.ts';

let gateway: ListeningGateway;
beforeAll(async () => void (gateway = await startListening()));
afterAll(() => gateway.close());

interface Upload {
  path?: string;
  headers?: string[];
  /** In bytes; it is JSON that no route takes. */
  size: number;
  chunked?: boolean;
  /** Between pieces of 64 KiB, in ms. */
  pauseMs?: number;
  /** Sends the body only after 100 Continue. */
  expects?: boolean;
}

/** A simple client that reads nothing before it has sent everything. */
async function upload({ path = '/vx11/window/open', size, pauseMs = 0, ...how }: Upload) {
  const socket = connect({ port: gateway.port, host: '127.0.0.1', allowHalfOpen: true });
  let failure: string | null = null;
  socket.on('error', ({ message }) => (failure = message));
  let answer = '';
  const closed = new Promise((resolve) => socket.once('close', resolve));
  const head = [
    `POST ${path} HTTP/1.1`,
    'Host: localhost',
    'Content-Type: application/json',
    how.chunked === true ? 'Transfer-Encoding: chunked' : `Content-Length: ${size}`,
    ...(how.expects === true ? ['Expect: 100-continue'] : []),
    ...(how.headers ?? [`X-VX11-Token: ${adminToken}`]),
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n`);
  if (how.expects === true) {
    const [interim] = await new Promise<Buffer[]>((resolve) =>
      socket.once('data', (data: Buffer) => resolve([data])),
    );
    socket.pause();
    answer += String(interim).replace('HTTP/1.1 100 Continue\r\n\r\n', '');
  }
  const piece = Buffer.alloc(65_536, ' ');
  for (let sent = 0; sent < size && socket.errored === null; sent += piece.length) {
    const part = piece.subarray(0, Math.min(piece.length, size - sent));
    if (how.chunked === true) socket.write(`${part.length.toString(16)}\r\n`);
    const flows = socket.write(how.chunked === true ? `${part.toString()}\r\n` : part);
    if (!flows)
      await Promise.race([new Promise((resolve) => socket.once('drain', resolve)), closed]);
    if (pauseMs > 0) await pause(pauseMs);
  }
  if (how.chunked === true) socket.write('0\r\n\r\n');
  const from = performance.now();
  socket.on('data', (data) => (answer += String(data)));
  if (socket.readableEnded) socket.end();
  else socket.on('end', () => socket.end());
  socket.resume();
  await closed;
  return {
    failure,
    status: Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]),
    code: /"error":"(\w+)"/.exec(answer)?.[1],
    endedMs: performance.now() - from,
  };
}

describe('a client that sends all of a refused body reads the reason', () => {
  const size = 5_000_000;
  test.each<[string, Partial<Upload>, number, string]>([
    ['over the limit', {}, 413, 'too_large'],
    ['over the limit, slowly', { pauseMs: 15 }, 413, 'too_large'],
    ['over the limit, in chunks', { chunked: true }, 413, 'too_large'],
    ['over the limit, slowly in chunks', { chunked: true, pauseMs: 15 }, 413, 'too_large'],
    ['over the limit, after 100 Continue', { expects: true }, 413, 'too_large'],
    [
      'over the limit, in chunks after 100 Continue',
      { expects: true, chunked: true },
      413,
      'too_large',
    ],
    ['without a token', { headers: [] }, 401, 'auth_required'],
    ['to an unknown address', { path: '/nope' }, 404, 'not_found'],
    [
      'to an address without POST',
      { path: '/vx11/status', chunked: true },
      405,
      'method_not_allowed',
    ],
    [
      'of another kind',
      { headers: [`X-VX11-Token: ${adminToken}`, 'Content-Encoding: gzip'] },
      415,
      'unsupported_media',
    ],
    [
      'and closes',
      { headers: [`X-VX11-Token: ${adminToken}`, 'Connection: close'] },
      413,
      'too_large',
    ],
  ])('%s', async (_, how, status, code) => {
    expect(await upload({ size, ...how })).toMatchObject({ failure: null, status, code });
  });

  test('and a client that never stops sending is cut off', async () => {
    // 30 s of it
    const { failure } = await upload({ size: 65_536 * 600, pauseMs: 50 });
    expect(failure).toMatch(/EPIPE|ECONNRESET/);
  });
});
