import { once } from 'node:events';
import { connect, createServer, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { startWake } from './fixture.ts';

/** A request as the plugin for Proxy-Wasm sends it, on a connection that stays. */
const asked = (path: string, version = '1.1'): string =>
  `GET ${path} HTTP/${version}\r\nhost: sablier:10000\r\nuser-agent: sablier-proxywasm-plugin/1.1.0\r\n` +
  `${version === '1.0' ? 'connection: keep-alive\r\n' : ''}\r\n`;

const answers: [what: string, path: string, status: number][] = [
  ['the waiting page', '/api/strategies/dynamic?names=web', 200],
  ['a session as JSON', '/api/strategies/poke?names=web', 200],
  ['a wait that was too long', '/api/strategies/blocking?names=web&timeout=50ms', 504],
  ['an unknown group', '/api/strategies/dynamic?group=games', 404],
  ['a wrong request', '/api/strategies/dynamic', 400],
  ['forward auth', '/wake/auth?names=web', 503],
];

test.each(answers)(
  'a plugin for Proxy-Wasm can hand %s with all its headers to a client by HTTP/2',
  async (_, path, status) => {
    const wake = await startWake();
    const answer = await wake.exchange(asked(path));
    expect(answer.status).toBe(status);
    const handed = await throughHttp2(answer.headers, answer.body);
    expect(handed.headers).toMatchObject({
      ':status': 200,
      'x-sablier-session-status': 'not-ready',
    });
    expect(handed.body).toBe(answer.body);
  },
);

test('connections by HTTP/1.0 are kept only with the header that says so', async () => {
  const wake = await startWake();
  const { headers } = await wake.exchange(asked('/health', '1.0'));
  expect(headers['connection']).toBe('keep-alive');
  expect((await wake.get('/health')).headers['connection']).toBe('close');
});

test('durations below a second are taken where Sablier takes them', async () => {
  const wake = await startWake();
  const page = await wake.get('/api/strategies/dynamic?names=web&refresh_frequency=500ms');
  expect(page.body).toContain('<meta http-equiv="refresh" content="1">');
  const { body } = await wake.get('/api/strategies/blocking?names=web&timeout=0s');
  expect(JSON.parse(body)).toMatchObject({ detail: 'session was not ready after 0s' });
});

test('a wait that was too long names only what is missing', async () => {
  const wake = await startWake();
  await wake.awake('web');
  const answer = await wake.get('/api/strategies/blocking?group=media&timeout=50ms');
  expect(JSON.parse(answer.body)).toMatchObject({
    instances: [{ name: 'db', status: 'starting' }],
  });
});

/** An answer as it arrives by HTTP/2. Rejects if one of the headers is none that HTTP/2 allows. */
async function throughHttp2(headers: Record<string, string>, body: string) {
  const refused: unknown[] = [];
  const server = createServer().on('stream', (stream: ServerHttp2Stream) => {
    try {
      stream.respond({ ':status': 200, ...headers });
      stream.end(body);
    } catch (error) {
      refused.push(error);
      stream.close();
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  onTestFinished(() => {
    client.destroy();
    server.close();
  });
  const request = client.request();
  const arrived: Record<string, unknown> = {};
  request.on('response', (sent) => Object.assign(arrived, sent));
  let text = '';
  request.setEncoding('utf8');
  for await (const piece of request) text += piece;
  expect(refused).toEqual([]);
  return { headers: arrived, body: text };
}
