import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  onTestFinished,
  test,
  vi,
} from 'vitest';
import { placeOfRun } from '../../../activities/checks/place.ts';
import { attempt } from '../../../activities/checks/probe/attempt.ts';
import { runAsTask } from '../../../activities/checks/kinds/run-as-task.ts';
import { runHurl } from '../../../activities/checks/kinds/run-hurl.ts';
import type { TaskOrder } from '../../../activities/tasks/run-to-end.ts';
import type { TaskView } from '../../../contracts/task.ts';
import { readCheck } from '../../../domain/checks/read-check.ts';
import { aRun } from './a-run.ts';
import { startChecksHost } from './checks-host.ts';

const checkOf = (source: object) =>
  readCheck({ name: 'a', ...source }, 'test', {
    services: new Set(['web', 'spawner']),
    own: 'web',
    stored: new Set(['id']),
    earlier: new Set(),
  });

describe('a smoke test of an OpenAPI description', () => {
  let server: Server;
  let paths: Record<string, object>;
  const versions = ['3.1.0', '3.0.3'];
  let version = '3.1.0';
  const sent: string[] = [];
  const bodies: Record<string, [number, string, string]> = {
    '/ok': [200, 'application/json', '{"status":"ok"}'],
    '/other': [200, 'application/json', '{"status":7}'],
    '/half': [200, 'application/json', '{"status":'],
    '/html': [200, 'text/html', '<p>'],
    '/down': [503, 'application/json', '{}'],
  };
  const status = {
    type: 'object',
    required: ['status'],
    properties: { status: { $ref: '#/components/schemas/word' } },
  };
  const responses = {
    200: { description: 'ok', content: { 'application/json': { schema: status } } },
  };
  beforeAll(async () => {
    server = createServer(({ url = '', method = '', headers }, response) => {
      sent.push(`${method} ${url} ${String(headers['x-key'] ?? '')}`.trim());
      if (url === '/openapi.json') {
        const schemas = { word: { type: 'string', minLength: 1 } };
        response.end(JSON.stringify({ openapi: version, paths, components: { schemas } }));
        return;
      }
      if (url === '/reset') {
        response.socket!.destroy();
        return;
      }
      if (url === '/silent') return;
      if (url === '/stream') {
        response.writeHead(200, { 'content-type': 'text/event-stream' }).write(':');
        return;
      }
      const [code, type, text] = bodies[url] ?? [404, 'text/plain', ''];
      response.writeHead(code, { 'content-type': type }).end(text);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  beforeEach(() => {
    version = '3.1.0';
    sent.splice(0);
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  const run = (more: object = {}) => {
    const openapi = `http://web:${(server.address() as AddressInfo).port}/openapi.json`;
    const check = checkOf({ openapi, timeout: '2s', ...more });
    return attempt({ check, context: {}, addresses: { web: '127.0.0.1' } });
  };

  test.each(versions)('passes if every answer is as documented, by OpenAPI %s', async (its) => {
    version = its;
    paths = {
      '/ok': { get: { responses }, post: { responses } },
      '/stream': { get: { responses: { 200: {} } } },
    };
    const seen = await run({ headers: { 'x-key': 'k' } });
    expect(seen).toMatchObject({ status: 'passed' });
    expect(seen.evidence).toContain('2 GET operations without parameters, 0 not as documented');
    // nothing but GET is ever sent
    expect(sent).toEqual(['GET /openapi.json k', 'GET /ok k', 'GET /stream k']);
  });
  test.each([
    ['/other', 'the body does not fit its schema: /status must be string'],
    ['/half', 'the body is no JSON'],
    ['/html', 'text/html is not documented (application/json)'],
    ['/down', 'status 503 is not documented (200)'],
    ['/gone', 'status 404 is not documented (200)'],
    ['/reset', 'GET /reset: '],
  ])('names the operation whose answer is not: %s', async (path, problem) => {
    paths = { '/ok': { get: { responses } }, [path]: { get: { responses } } };
    const seen = await run();
    expect(seen).toMatchObject({ status: 'failed', cause: 'condition' });
    expect(seen.detail).toContain('[FAILED] (1) == 0; GET ');
    expect(seen.detail).toContain(problem);
  });
  test('that has nothing to send has proved nothing', async () => {
    paths = { '/orders': { post: { responses } } };
    expect((await run()).detail).toContain('[OPERATIONS] (0) > 0');
  });
  test('of something else is named as that', async () => {
    paths = {};
    version = '2.0';
    expect(await run()).toMatchObject({ status: 'failed', cause: 'not_openapi' });
  });
  test('whose target does not answer is a timeout', async () => {
    paths = { '/silent': { get: { responses } } };
    expect(await run({ timeout: '300ms' })).toMatchObject({ status: 'timeout' });
  });
});

describe('a Hurl check', () => {
  let folder: string;
  const path = process.env['PATH'];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'vx11-hurl-test-'));
    mkdirSync(join(folder, 'bin'));
    mkdirSync(join(folder, 'flows'));
    for (const name of ['a', 'b'])
      writeFileSync(join(folder, 'flows', `${name}.hurl`), 'GET http://web/');
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });
  const run = (more: object = {}) =>
    runHurl(checkOf({ hurl: 'flows/*.hurl', timeout: '5s', ...more }), {
      named: join(folder, 'compose.yml'),
      addresses: { web: '172.18.0.2', db: 'fd00::2' },
    });
  /** A program that writes this report, as Hurl does for --report-json, and ends with this code. */
  const hurl = (code: number, report: unknown, said = ''): void => {
    const file = join(folder, 'bin', 'hurl');
    writeFileSync(join(folder, 'given.json'), JSON.stringify(report ?? null));
    const script = [
      '#!/bin/sh',
      `echo "$@" > ${folder}/args`,
      `while [ "$1" != --report-json ]; do shift; done`,
      ...(report === undefined ? [] : [`cp ${folder}/given.json "$2/report.json"`]),
      `echo '${said}' >&2`,
      `exit ${code}`,
    ];
    writeFileSync(file, script.join('\n'));
    chmodSync(file, 0o755);
    vi.stubEnv('PATH', `${join(folder, 'bin')}:${path}`);
  };
  const file = (name: string, success: boolean, message?: string) => ({
    filename: name,
    success,
    entries: [{ asserts: [{ success: true }, { success, message, line: 3 }] }],
  });

  test('without the program says what to do, and is not judged', async () => {
    vi.stubEnv('PATH', join(folder, 'bin'));
    const seen = await run();
    expect(seen).toMatchObject({ status: 'inconclusive', cause: 'hurl_missing' });
    expect(seen.detail).toContain('install Hurl');
  });
  test('passes if its exit code and its report say so; services are their addresses', async () => {
    hurl(0, [file('a', true), file('b', true)]);
    expect(await run()).toMatchObject({ status: 'passed', evidence: '2 files, 0 failed' });
    const args = readFileSync(join(folder, 'args'), 'utf8');
    expect(args).toContain('--connect-to web::172.18.0.2: --connect-to db::[fd00::2]:');
    expect(args).toContain(`${folder}/flows/a.hurl ${folder}/flows/b.hurl`);
  });
  test('fails with what the report says', async () => {
    hurl(4, [file('flows/a.hurl', true), file('flows/b.hurl', false, 'Assert status code')]);
    const seen = await run();
    expect(seen).toMatchObject({ status: 'failed', cause: 'condition' });
    expect(seen.detail).toBe('[FAILED] (1) == 0; Assert status code');
    expect(seen.evidence).toContain('flows/b.hurl:');
  });
  test.each<[string, number, unknown, string]>([
    ['0, and a file failed', 0, [file('a', true), file('b', false)], 'report_disagrees'],
    ['4, and every file passed', 4, [file('a', true), file('b', true)], 'report_disagrees'],
    ['0, and a file is missing', 0, [file('a', true)], 'report_disagrees'],
    ['0, without a report', 0, undefined, 'report_disagrees'],
    ['0, with something else as report', 0, { ok: true }, 'report_disagrees'],
    ['2', 2, undefined, 'hurl_syntax'],
    ['1', 1, undefined, 'hurl_failed'],
  ])('is no pass if it ended with %s', async (_, code, report, cause) => {
    hurl(code, report);
    expect(await run()).toMatchObject({ status: 'error', cause });
  });
  test('without a file fails', async () =>
    expect(await run({ hurl: 'no/*.hurl' })).toMatchObject({
      status: 'failed',
      cause: 'no_files',
    }));
  test('that does not end is a timeout', async () => {
    const program = join(folder, 'bin', 'hurl');
    writeFileSync(program, '#!/bin/sh\nexec sleep 30');
    chmodSync(program, 0o755);
    vi.stubEnv('PATH', `${join(folder, 'bin')}:${path}`);
    expect(await run({ timeout: '300ms' })).toMatchObject({ status: 'timeout', cause: 'timeout' });
  });
});

describe('a task check', () => {
  const view = (change: Partial<TaskView>): TaskView =>
    ({ spawn_id: 'spawn-1', state: 'completed', exit_code: 0, cause: null, ...change }) as TaskView;
  const orders: TaskOrder[] = [];
  const run = async (end: Partial<TaskView> | null, stdout: string, more: object = {}, nth = 1) => {
    const ended =
      end === null
        ? null
        : { view: view(end), output: (stream: string) => (stream === 'stdout' ? stdout : '') };
    const tasks = { run: async (order: TaskOrder) => (orders.push(order), ended) };
    const { deps } = await startChecksHost({ web: {} }, { tasks });
    onTestFinished(() => void orders.splice(0));
    const check = checkOf({ task: 'print(7)', timeout: '5s', ...more });
    const origin = placeOfRun(deps.power, aRun({ run_id: 'run-0123456789abcdef' })).tasks!;
    const of = { origin, suite: 'web', attempt: nth };
    return runAsTask(deps, of, check, { id: '7' }, new AbortController().signal);
  };

  test.each<[string, Partial<TaskView> | null, string, string]>([
    ['ends with 0', {}, '7\n', 'passed'],
    ['ends with 3', { state: 'failed', exit_code: 3, cause: 'exit' }, '', 'failed: condition'],
    [
      'takes too long',
      { state: 'timeout', exit_code: null, cause: 'wall_time' },
      '',
      'timeout: timeout',
    ],
    [
      'has no memory',
      { state: 'failed', exit_code: 137, cause: 'out_of_memory' },
      '',
      'failed: out_of_memory',
    ],
    [
      'lost its sandbox',
      { state: 'lost', exit_code: null, cause: 'sandbox_lost' },
      '',
      'inconclusive: sandbox_lost',
    ],
    ['has no spawner', null, '', 'inconclusive: spawner_unavailable'],
  ])('that %s', async (_, end, stdout, expected) => {
    const { status, cause } = await run(end, stdout);
    expect(cause === null ? status : `${status}: ${cause}`).toBe(expected);
  });
  test('reads what it writes, and hands it on', async () => {
    const more = { conditions: ['[OUTPUT] == 7'], store: { seven: '[OUTPUT]' } };
    expect(await run({}, '7\n', more)).toMatchObject({ status: 'passed', stored: { seven: '7' } });
  });
  test('has no network, the stored values on its input, and the same task at a repeat', async () => {
    await run({}, '');
    const [order] = orders.splice(0);
    expect(order!.body).toMatchObject({
      task_type: 'python',
      code: 'print(7)',
      stdin: '{"id":"7"}',
      timeout_seconds: 5,
      max_retries: 0,
    });
    expect(order!.body).not.toHaveProperty('network');
    await run({}, '');
    expect(orders.splice(0)[0]!.ids).toEqual(order!.ids);
    await run({}, '', {}, 2);
    expect(orders[0]!.ids).not.toEqual(order!.ids);
  });
});
