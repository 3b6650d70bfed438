import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openStore } from '../../../store/index.ts';
import { exchangeRaw, listeningSockets, type Listening } from '../../stack/sockets.ts';
import { removeProject } from '../../stack/stack.ts';
import { startUpStack, type UpStack } from '../../stack/up.ts';
import { until } from '../../stack/wait.ts';

const name = `vx11sock-${randomBytes(3).toString('hex')}`;
const service = `secretive${randomBytes(3).toString('hex')}`;
const sleeper = `["sh", "-c", "trap 'exit 0' TERM; while :; do sleep 0.1; done"]`;
const compose = `name: ${name}
services:
  ${service}: { image: 'vx11-tiny:local', command: ${sleeper}, stop_grace_period: 1s }
`;

let stack: UpStack;
let sockets: Listening[];
let windowId: string;

beforeAll(async () => {
  stack = await startUpStack(name, compose);
  const opened = await stack.call('POST', '/vx11/window/open', {
    target: service,
    ttl_seconds: 900,
    wait_seconds: 60,
  });
  windowId = opened.body.window_id;
  // a plan leaves its own text behind
  await stack.call('POST', '/madre/chat', { message: `restart ${service}` });
  sockets = listeningSockets(stack.program.pid()!);
});
afterAll(async () => {
  await stack?.end();
  const docker = async (...args: string[]) => (await promisify(execFile)('docker', args)).stdout;
  if (stack !== undefined) await removeProject(name, stack.home, docker);
});

interface Ask {
  method: string;
  path: string;
  host: string;
  headers?: Record<string, string>;
  body?: string;
}

const ask = (at: Listening, { method, path, host, headers = {}, body = '' }: Ask) =>
  exchangeRaw(
    at,
    [
      `${method} ${path} HTTP/1.1`,
      `Host: ${host}`,
      'Connection: close',
      ...Object.entries(headers).map(([key, value]) => `${key}: ${value}`),
      ...(body === '' ? [] : [`Content-Length: ${Buffer.byteLength(body)}`]),
      '',
      body,
    ].join('\r\n'),
  );

const api = '/api/v1/namespaces/default';
const reads = [
  '/',
  '/health',
  '/metrics',
  '/debug/pprof/goroutine?debug=1',
  '/vx11/status',
  '/vx11/windows',
  '/vx11/spawns',
  '/madre/plans',
  '/api/v1/namespaces',
  `${api}/workflows`,
  '/namespaces/default/workflows',
  '/cluster/namespaces/default/workflows',
];

/** Headers that a web page can send without a preflight request, and those of a program that knows the API. */
const disguises = [
  { 'Content-Type': 'text/plain', Origin: 'https://evil.example' },
  { 'Content-Type': 'application/json', Origin: 'https://evil.example' },
  { 'Content-Type': 'application/json' },
];
const hostsFor = ({ host, port }: Listening): string[] => [
  'evil.example',
  `${host}:${port}`,
  `localhost:${port}`,
  'vx11.invalid',
];

/** Returns the events about windows, services and people's actions, without those about processes. */
async function eventsNow(): Promise<unknown[]> {
  const store = await openStore(`sqlite:${stack.home}/vx11.db`);
  const events = await store.events.after(0, 10_000);
  await store.close();
  return events.filter(({ type }) => !/^(process|module|autonomy)\./.test(type));
}

describe('a web page, or a local program without a token', () => {
  const ours = (): RegExp => new RegExp([name, service, windowId].join('|'));

  test('is tested against the sockets of all processes', () => {
    expect(windowId).toMatch(/^window-/);
    const commands = sockets.map(({ command }) => command).join('\n');
    for (const part of ['temporal', 'gateway/main.ts', 'workers/main.ts'])
      expect(commands).toContain(part);
    expect(sockets.length).toBeGreaterThan(5);
    for (const { host, command } of sockets) expect(`${host} ${command}`).toMatch(/^(127\.|172\.)/);
  });

  test('reads nothing about windows, plans or tasks from any port after DNS rebinding', async () => {
    const answers = await Promise.all(
      sockets.flatMap((at) =>
        [...reads, `${api}/workflows/window:${windowId}`].map(async (path) => ({
          from: `${at.command} :${at.port}${path}`,
          answer: await ask(at, { method: 'GET', path, host: 'evil.example' }),
        })),
      ),
    );
    expect(answers.filter(({ answer }) => ours().test(answer))).toEqual([]);
  });

  test('reads nothing about them from any port with the right Host header', async () => {
    const answers = await Promise.all(
      sockets.flatMap((at) =>
        [...reads, `${api}/workflows/window:${windowId}`].map(async (path) => ({
          from: `${at.command} :${at.port}${path}`,
          answer: await ask(at, { method: 'GET', path, host: `${at.host}:${at.port}` }),
        })),
      ),
    );
    expect(answers.filter(({ answer }) => ours().test(answer))).toEqual([]);
  });

  test('can use no Redis without its password', async () => {
    const redis = sockets.filter(({ command }) => command.includes('redis'));
    for (const at of redis) {
      expect(await exchangeRaw(at, 'KEYS *\r\n')).toMatch(/^-NOAUTH/);
      expect(at.command).not.toMatch(/requirepass/);
    }
  });

  /** JSON in the form of Temporal's HTTP API. */
  const payloads = (input: unknown) => ({
    payloads: [
      {
        metadata: { encoding: Buffer.from('json/plain').toString('base64') },
        data: Buffer.from(JSON.stringify(input)).toString('base64'),
      },
    ],
  });
  const start = (type: string, input: unknown): [string, unknown] => [
    `${api}/workflows/evil-${type}`,
    { workflowType: { name: type }, taskQueue: { name: 'madre' }, input: payloads(input) },
  ];
  const by = { actor: 'guard', correlation_id: 'evil' };

  test('ends no window, starts no workflow and sends no update, whatever Host, Origin and content type it sends', async () => {
    const view = (await stack.call('GET', `/vx11/windows/${windowId}`)).body;
    const held = { ...view, window_id: 'window-00000000', mode: 'hold', expires_at: null };
    const attacks: [string, unknown][] = [
      [`${api}/workflows/window:${windowId}/terminate`, { reason: 'x' }],
      [`${api}/workflows/window:${windowId}/cancel`, {}],
      [`${api}/workflows/window:${windowId}/signal/x`, {}],
      start('keepWindow', { view: held, when_full: 'refuse' }),
      start('restartService', { host: name, service, ...by }),
      start('endStrays', { host: name, ...by }),
      [
        `${api}/workflows/window:${windowId}/update/closeWindow`,
        { request: { input: { args: payloads({ reason: 'x', closed_by: 'guard', ...by }) } } },
      ],
      ['/namespaces/default/task-queues/madre/nexus-services/s/o', {}],
      ['/nexus/endpoints/x/services/s/o', {}],
    ];
    const before = await eventsNow();
    const answers = await Promise.all(
      sockets.flatMap((at) =>
        attacks.flatMap(([path, body]) =>
          disguises.flatMap((headers) =>
            hostsFor(at).map(async (host) => {
              const request = { method: 'POST', path, host, headers, body: JSON.stringify(body) };
              return { path, host, at, answer: await ask(at, request) };
            }),
          ),
        ),
      ),
    );
    const taken = answers.filter(({ answer }) => /^HTTP\/1\.[01] 2/.test(answer));
    expect(taken).toEqual([]);
    const temporals = answers.filter(({ answer }) => answer.includes('Host not allowed'));
    expect(temporals.length).toBeGreaterThan(0);
    for (const { answer } of temporals) expect(answer).toMatch(/^HTTP\/1\.1 403/);

    const after = await stack.call('GET', `/vx11/windows/${windowId}`);
    expect(after.body).toEqual(view);
    expect(await eventsNow()).toEqual(before);
  });

  test('leaves the window unchanged, and it closes normally', async () => {
    const closed = await stack.call('POST', '/vx11/window/close', { target: service });
    expect(closed.body).toMatchObject({ was_open: true, receipt: { residue: [] } });
    await until('madre is available', async () => {
      const { body } = await stack.call('GET', '/vx11/status');
      return body.madre_available === true;
    });
  });
});
