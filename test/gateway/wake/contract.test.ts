import { expect, test } from 'vitest';
import { startWake, wakeRule } from './fixture.ts';
import { aService, minute } from '../../domain/samples.ts';

/** As the plugins send them: line by line, with the order of their parameters and headers. */
const recorded = {
  caddyDynamic:
    'GET /api/strategies/dynamic?display_name=My+Web&names=web&refresh_frequency=5s&session_duration=5m0s&show_details=true&theme=hacker-terminal HTTP/1.1\r\n' +
    'Host: sablier:10000\r\nUser-Agent: Go-http-client/1.1\r\nAccept-Encoding: gzip\r\n\r\n',
  caddyGroup:
    'GET /api/strategies/dynamic?group=media&session_duration=1h0m0s HTTP/1.1\r\n' +
    'Host: sablier:10000\r\nUser-Agent: Go-http-client/1.1\r\nAccept-Encoding: gzip\r\n\r\n',
  caddyBlocking:
    'GET /api/strategies/blocking?names=demo-web-1&session_duration=5m0s&timeout=1m0s HTTP/1.1\r\n' +
    'Host: sablier:10000\r\nUser-Agent: Go-http-client/1.1\r\nAccept-Encoding: gzip\r\n\r\n',
  traefikDynamic:
    'GET /api/strategies/dynamic?display_name=my-sablier%40file&names=web&names=db&session_duration=1m HTTP/1.1\r\n' +
    'Host: sablier:10000\r\nUser-Agent: sablier-traefik-plugin/1.2.0\r\nAccept-Encoding: gzip\r\n\r\n',
  wasmDynamic:
    'GET /api/strategies/dynamic?display_name=Whoami&group=media&refresh_frequency=10s&session_duration=1m0s&show_details=true HTTP/1.1\r\n' +
    'host: sablier:10000\r\nuser-agent: sablier-proxywasm-plugin/1.1.0\r\ncontent-length: 0\r\n\r\n',
};

const types = {
  page: 'text/html; charset=utf-8',
  json: 'application/json; charset=utf-8',
  problem: 'application/problem+json',
};

test.each(Object.entries(recorded))(
  'the request of %s gets a session that is not ready, and then one that is',
  async (name, bytes) => {
    const wake = await startWake();
    const type = name.endsWith('Blocking') ? types.json : types.page;
    if (type === types.page) {
      const cold = await wake.exchange(bytes);
      expect(cold.status).toBe(200);
      expect(cold.headers).toMatchObject({
        'x-sablier-session-status': 'not-ready',
        'content-type': types.page,
        'cache-control': 'no-store',
        'content-length': String(Buffer.byteLength(cold.body)),
      });
    }
    for (const service of ['web', 'db']) await wake.awake(service);
    const warm = await wake.exchange(bytes);
    expect(warm.status).toBe(200);
    expect(warm.headers).toMatchObject({
      'x-sablier-session-status': 'ready',
      'content-type': type,
      'content-length': String(Buffer.byteLength(warm.body)),
    });
  },
);

test('the page is called as the plugin asks, and the session lasts as long', async () => {
  const wake = await startWake();
  const { body } = await wake.exchange(recorded.caddyDynamic);
  expect(body).toContain('<title>My Web is starting</title>');
  expect(body).toContain('<meta http-equiv="refresh" content="5">');
  expect(wake.opened[0]!.view).toMatchObject({
    target: 'web',
    ttl_ms: 5 * minute,
    max_ttl_ms: 60 * minute,
    owner: 'wake:127.0.0.1:0',
    reason: 'request for My Web',
  });
});

test('a session longer than the rule is cut to the TTL of the rule', async () => {
  const wake = await startWake();
  await wake.exchange(recorded.caddyGroup);
  expect(wake.opened.map(({ view }) => [view.target, view.ttl_ms])).toEqual([
    ['web', 10 * minute],
    ['db', 10 * minute],
  ]);
});

test('the blocking strategy waits, and answers with the session as Sablier does', async () => {
  const wake = await startWake({ onOpen: async (gateway) => void (await gateway.awake('web')) });
  const { status, body, headers } = await wake.exchange(recorded.caddyBlocking);
  expect(status).toBe(200);
  expect(headers['x-sablier-session-status']).toBe('ready');
  expect(JSON.parse(body)).toEqual({
    session: {
      instances: [
        {
          instance: {
            name: 'web',
            currentReplicas: 1,
            desiredReplicas: 1,
            status: 'ready',
            groups: ['media'],
            enabled: 'true',
            provider: 'docker',
          },
        },
      ],
      status: 'ready',
    },
  });
});

test('a blocking request that is not ready in time is 504, with what is missing', async () => {
  const wake = await startWake();
  const answer = await wake.get('/api/strategies/blocking?names=web&timeout=1s');
  expect(answer.status).toBe(504);
  expect(answer.headers).toMatchObject({
    'x-sablier-session-status': 'not-ready',
    'content-type': types.problem,
  });
  expect(JSON.parse(answer.body)).toMatchObject({
    type: 'https://sablierapp.dev/#/errors?id=timeout',
    title: 'Gateway Timeout',
    status: 504,
    detail: 'session was not ready after 1s',
    instances: [{ name: 'web', status: 'starting' }],
  });
});

test('poke starts and does not wait', async () => {
  const wake = await startWake();
  const answer = await wake.get('/api/strategies/poke?names=web');
  expect(answer.headers['x-sablier-session-status']).toBe('not-ready');
  expect(JSON.parse(answer.body)).toMatchObject({
    session: { status: 'not-ready', instances: [{ instance: { status: 'starting' } }] },
  });
  await expect.poll(() => wake.opened.length).toBe(1);
});

test.each(['/api/themes', '/api/dynamic/themes'])('%s lists our page', async (path) => {
  const wake = await startWake();
  expect(JSON.parse((await wake.get(path)).body)).toEqual({ themes: ['vx11'] });
});

test('health is a text', async () => {
  const wake = await startWake();
  expect(await wake.get('/health')).toMatchObject({ status: 200, body: 'OK' });
});

const both = "'names' and 'group' query parameters are both set, only one must be set";

test('a wrong request is refused in words, by every strategy, and wakes nothing', async () => {
  const refused: [query: string, status: number, words: string][] = [
    ['', 400, "'names' or 'group' query parameter must be set"],
    ['names=web&group=media', 400, both],
    ['names=web&session_duration=5', 400, 'session_duration'],
    ['names=web&session_duration=-5m', 400, 'shorter than 1s'],
    ['names=web&timeout=soon', 400, 'timeout'],
    ['names=web&show_details=perhaps', 400, 'show_details'],
    ['group=games', 404, 'x-vx11.wake.groups'],
    ['names=nothing', 404, 'x-vx11.wake'],
    ['names=web&names=secret', 404, 'x-vx11.wake'],
  ];
  const wake = await startWake();
  for (const strategy of ['dynamic', 'blocking', 'poke'])
    for (const [query, status, words] of refused) {
      const answer = await wake.get(`/api/strategies/${strategy}?${query}`);
      expect({ query, status: answer.status }).toEqual({ query, status });
      expect(answer.headers).toMatchObject({
        'content-type': types.problem,
        'x-sablier-session-status': 'not-ready',
      });
      expect(JSON.parse(answer.body).detail).toContain(words);
    }
  expect(wake.opened).toEqual([]);
});

test('an unknown group lists those that there are', async () => {
  const wake = await startWake();
  const { body } = await wake.get('/api/strategies/dynamic?group=games');
  expect(JSON.parse(body)).toMatchObject({
    type: 'https://sablierapp.dev/#/errors?id=group-not-found',
    title: 'Group not found',
    availableGroups: ['media'],
    requestGroup: 'games',
  });
});

test('a service counts as ready only after its `sablier.ready-after`', async () => {
  const services = [aService('web', { wake: wakeRule({ ready_after_ms: 30_000 }) })];
  const wake = await startWake({ services });
  await wake.awake('web');
  const answer = await wake.get('/api/strategies/poke?names=web');
  expect(answer.headers['x-sablier-session-status']).toBe('not-ready');
  expect(answer.body).toContain('settling for another 30 s');
});
