import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { XMLParser } from 'fast-xml-parser';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { reportFiles, type CheckRunAnswer } from '../../contracts/checks.ts';
import { startStack, type TestStack } from '../stack/stack.ts';
import { until } from '../stack/wait.ts';

/** A web server with a page, an order that is counted at every POST, and an answer that takes 4 s. */
const web = [
  'mkdir -p /w/cgi-bin; cd /w',
  `echo '{"status":"ok"}' > health.json`,
  `printf '#!/bin/sh\\necho x >> /tmp/orders\\nprintf "Content-Type: application/json\\\\r\\\\n\\\\r\\\\n{\\\\"id\\\\":7}"\\n' > cgi-bin/order`,
  `printf '#!/bin/sh\\nsleep 4\\nprintf "Content-Type: text/plain\\\\r\\\\n\\\\r\\\\nok"\\n' > cgi-bin/slow`,
  'chmod +x cgi-bin/*',
  'exec httpd -f -p 8080 -h /w',
].join('; ');

const page = (name: string): string => `http://web:8080/${name}`;
const order = { url: page('cgi-bin/order'), method: 'POST', conditions: ['[STATUS] == 200'] };

let stack: TestStack;
beforeAll(async () => {
  stack = await startStack({
    temporalAddress: inject('temporalAddress'),
    services: {
      web: {
        command: ['sh', '-c', web],
        expose: ['8080'],
        'x-vx11': {
          checks: [
            {
              name: 'health',
              url: page('health.json'),
              conditions: ['[STATUS] == 200', '[BODY].status == ok'],
            },
            { name: 'port', url: 'tcp://web:8080' },
            { name: 'container', container: 'web' },
          ],
        },
      },
      calm: {},
      gone: { command: ['sh', '-c', 'sleep 1.5; exit 3'] },
    },
    'x-vx11': {
      suites: [
        {
          name: 'red',
          endpoints: [{ name: 'missing', url: page('nope') }],
        },
        {
          name: 'inside',
          endpoints: [
            {
              name: 'words',
              container: 'web',
              exec: 'echo out; echo err >&2; exit 3',
              conditions: ['[EXIT_CODE] == 3', '[OUTPUT] == pat(*out*)', '[OUTPUT] == pat(*err*)'],
            },
            {
              name: 'args',
              container: 'web',
              exec: ['echo', '$$HOME a  b'],
              conditions: ['[OUTPUT] == $$HOME a  b'],
            },
            { name: 'flood', container: 'web', exec: 'yes | head -c 3000000', timeout: '10s' },
            { name: 'hangs', container: 'web', exec: 'echo begun; sleep 30', timeout: '700ms' },
            { name: 'absent', container: 'web', exec: ['no-such-program'], 'always-run': true },
          ],
        },
        {
          name: 'orders',
          endpoints: [
            { name: 'create', ...order, store: { id: '[BODY].id' } },
            { name: 'stored', url: page('health.json?id=[CONTEXT].id') },
          ],
        },
        {
          name: 'slow',
          endpoints: [
            { name: 'first', ...order },
            { name: 'slow', url: page('cgi-bin/slow') },
            { name: 'last', url: page('health.json') },
          ],
        },
        {
          name: 'in-flight',
          endpoints: [
            { name: 'post', url: page('cgi-bin/slow'), method: 'POST' },
            { name: 'after', url: page('health.json') },
          ],
        },
      ],
    },
  });
});
afterAll(() => stack?.destroy());

const main = join(import.meta.dirname, '../../cli/main.ts');

function vx11(...args: string[]) {
  const env = { PATH: process.env.PATH, VX11_URL: stack.url, VX11_TOKEN: stack.token };
  const child = spawn(process.execPath, [main, ...args], { env });
  const output = { out: '', err: '' };
  child.stdout.on('data', (part: Buffer) => (output.out += part.toString()));
  child.stderr.on('data', (part: Buffer) => (output.err += part.toString()));
  const ended = new Promise<{ code: number | null; out: string; err: string }>((resolve) =>
    child.on('close', (code) => resolve({ code, ...output })),
  );
  return { child, ended };
}

const start = async (suite: string): Promise<string> => {
  const answer = await stack.call('POST', '/vx11/checks', { suite });
  expect(answer.status).toBe(202);
  return (answer.body as { run_id: string }).run_id;
};
const shown = async (id: string): Promise<CheckRunAnswer> =>
  (await stack.call('GET', `/vx11/checks/${id}`)).body as CheckRunAnswer;
const ended = async (id: string): Promise<CheckRunAnswer> => {
  await until('the run has ended', async () => (await shown(id)).run.finished_at !== null, 60_000);
  return shown(id);
};
const statuses = ({ results }: CheckRunAnswer) =>
  Object.fromEntries(results.map(({ name, status }) => [name, status]));
const allAsleep = () =>
  until('nothing runs', async () => (await stack.running()).length === 0, 20_000);

test('a sleeping service is woken, checked and put to sleep, and CI can read the JUnit', async () => {
  const file = join(stack.home, 'junit.xml');
  const { code, out, err } = await vx11('check', 'web', '--junit', file).ended;
  expect({ code, err }).toMatchObject({ code: 0 });
  expect(out).toContain('web: passed · 3 of 3 passed · score 100 %');
  const xml = new XMLParser({ ignoreAttributes: false }).parse(readFileSync(file, 'utf8')) as {
    testsuites: Record<string, string>;
  };
  expect(xml.testsuites).toMatchObject({ '@_tests': '3', '@_failures': '0', '@_errors': '0' });
  expect(await stack.running()).toEqual([]);
});

test('the report has the receipt of the window', async () => {
  const { run } = await ended(await start('orders'));
  expect(run).toMatchObject({ status: 'passed', residue: [], exit_code: 0 });
  const files = readdirSync(run.folder!).toSorted();
  const seen = ['docker_events.jsonl', 'metrics.jsonl'];
  expect(files.filter((name) => name !== 'logs')).toEqual(
    [...Object.keys(reportFiles), 'receipt.json', 'stability.json', ...seen].toSorted(),
  );
  const events = readFileSync(join(run.folder!, 'docker_events.jsonl'), 'utf8');
  for (const action of ['start', 'die']) expect(events).toContain(`"action":"${action}"`);
  expect(readFileSync(join(run.folder!, 'metrics.jsonl'), 'utf8')).toContain('"memory_bytes":');
  const window = (await stack.call('GET', `/vx11/windows/${run.window_id}`)).body as object;
  expect(window).toMatchObject({ state: 'closed', receipt: { closed_by: 'caller', residue: [] } });
});

test('a command runs in the container of its service, with its output, exit code and time limit', async () => {
  const { results } = await ended(await start('inside'));
  expect(results.map(({ name, status, cause }) => [name, status, cause])).toEqual([
    ['words', 'passed', null],
    ['args', 'passed', null],
    ['flood', 'passed', null],
    ['hangs', 'timeout', 'timeout'],
    ['absent', 'failed', expect.stringMatching(/^(condition|not_startable)$/)],
  ]);
  expect(results[3]!.attempts[0]!.evidence).toContain('begun');
});

test('a red check is exit 1, with what was seen', async () => {
  const { code, out } = await vx11('check', 'red').ended;
  expect(code).toBe(1);
  expect(out).toContain('condition: [STATUS] (404) == 200');
});

test('what sleeps by policy is no failure, and no pass', async () => {
  const { code, out } = await vx11('check', 'web', '--no-open').ended;
  expect(code).toBe(2);
  expect(out).toContain('off_by_policy');
  expect(await stack.running()).toEqual([]);
});

test('a wrong name runs nothing, and the answer has the nearest one', async () => {
  const { code, err } = await vx11('check', 'ordres').ended;
  expect(code).toBe(2);
  expect(err).toContain('Did you mean orders?');
});

describe('a service without checks', () => {
  test('has to stay up', async () =>
    expect(statuses(await ended(await start('calm')))).toEqual({ 'stays up': 'passed' }));
  test('is red when it goes down', async () => {
    const { run, results } = await ended(await start('gone'));
    expect(run).toMatchObject({ status: 'failed', exit_code: 1 });
    expect(results[0]!.cause).toMatch(/^(exited|not_started)$/);
  });
});

test('Ctrl-C ends the run, and its window closes', async () => {
  const { child, ended: over } = vx11('check', 'slow');
  await until('it checks', async () => (await stack.running()).includes('web'), 20_000);
  child.kill('SIGINT');
  expect((await over).code).toBe(130);
  const [run] = (
    (await stack.call('GET', '/vx11/checks?limit=1')).body as { runs: { run_id: string }[] }
  ).runs;
  expect((await ended(run!.run_id)).run.status).toBe('cancelled');
  await allAsleep();
});

describe('a madre that is killed', () => {
  const orders = async (): Promise<number> => {
    const id = (await stack.docker('ps', '-q', '--filter', `name=${stack.project}-web`)).trim();
    const count = await stack.docker('exec', id, 'sh', '-c', 'cat /tmp/orders 2>/dev/null | wc -l');
    return Number(count);
  };
  const resultOf = async (id: string, name: string) =>
    (await shown(id)).results.find((one) => one.name === name);

  test('goes on where it was, and repeats no POST', async () => {
    const id = await start('slow');
    await until(
      'the POST has its result',
      async () => (await resultOf(id, 'first'))?.status === 'passed',
    );
    const before = await orders();
    await stack.madre.kill();
    stack.madre.start();
    await until(
      'the rest runs',
      async () => (await resultOf(id, 'slow'))?.status !== 'not_run',
      60_000,
    );
    expect(await orders()).toBe(before);
    const over = await ended(id);
    expect(statuses(over)).toEqual({ first: 'passed', slow: 'passed', last: 'passed' });
    await allAsleep();
  });

  test('while a POST is under way leaves it interrupted, which is not green', async () => {
    const id = await start('in-flight');
    await until(
      'the POST is sent',
      async () => (await resultOf(id, 'post'))?.status === 'interrupted',
    );
    await stack.madre.kill();
    stack.madre.start();
    const over = await ended(id);
    expect(statuses(over)).toEqual({ post: 'interrupted', after: 'skipped' });
    expect(over.run).toMatchObject({ status: 'inconclusive', cause: 'interrupted', exit_code: 2 });
    await allAsleep();
  });
});
