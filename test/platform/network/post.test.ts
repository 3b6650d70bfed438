import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { post } from '../../../platform/network/post.ts';

async function served(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const asked = (signal = AbortSignal.timeout(10_000)) => ({
  headers: { 'content-type': 'application/json' },
  body: '{"a":1}',
  signal,
});

test('sends the body with its headers, and gives status, headers and text whatever the status is', async () => {
  const url = await served((request, response) => {
    response.writeHead(418, { 'X-Says': 'no', 'set-cookie': ['a=1', 'b=2'] });
    response.write(`${request.method} ${request.headers['content-type']} `);
    request.pipe(response);
  });
  const answer = await post(url, asked());
  expect(answer).toMatchObject({
    status: 418,
    headers: { 'x-says': 'no', 'set-cookie': 'a=1, b=2' },
  });
  expect(await answer.text()).toBe('POST application/json {"a":1}');
});

test('a body that is compressed although nobody asked for that is read', async () => {
  const url = await served((_, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' });
    response.end(gzipSync('plain words'));
  });
  expect(await (await post(url, asked())).text()).toBe('plain words');
});

test('a redirect is an answer, and is not followed', async () => {
  let requests = 0;
  const url = await served((_, response) => {
    requests += 1;
    response.writeHead(307, { location: '/elsewhere' }).end();
  });
  expect((await post(url, asked())).status).toBe(307);
  expect(requests).toBe(1);
});

test('an abort ends the request before its answer and in the middle of it, with its reason', async () => {
  const closed: Promise<unknown>[] = [];
  const url = await served((request, response) => {
    closed.push(once(response, 'close'));
    request.resume();
    if (request.url === '/streams') response.writeHead(200).write('a');
  });
  const early = new AbortController();
  const waiting = post(url, asked(early.signal));
  await expect.poll(() => closed.length).toBe(1);
  early.abort(new Error('too late'));
  await expect(waiting).rejects.toThrow('too late');

  const late = new AbortController();
  const answer = await post(`${url}/streams`, asked(late.signal));
  const read = (async () => {
    for await (const piece of answer.body) if (piece.length > 0) late.abort(new Error('enough'));
  })();
  await expect(read).rejects.toThrow('enough');
  await Promise.all(closed);
});

test('who stops reading ends the request', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const url = await served((_, response) => {
    response.writeHead(200).write('a');
    response.once('close', resolve);
  });
  for await (const piece of (await post(url, asked())).body) {
    expect(Buffer.from(piece).toString()).toBe('a');
    break;
  }
  await promise;
});

test('a server that is not there is an error with the code of the connection', async () => {
  await expect(post('http://127.0.0.1:1', asked())).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});
