import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { TaskRecord } from '../../../store/tasks/tasks.ts';
import { endedWithout, finished } from '../../../domain/tasks/task.ts';
import { connectTemporal } from '../../../gateway/temporal/port.ts';
import { modelsOf, provider } from '../../activities/routing/routed.ts';
import {
  startScriptedProvider,
  type ScriptedProvider,
} from '../../activities/routing/scripted-provider.ts';
import { aService } from '../../domain/samples.ts';
import { catalog } from '../fixture.ts';
import { beatSpawner } from '../tasks/task-fixture.ts';
import { awaken, startRoutedGateway, type RoutedGateway } from './routed-gateway.ts';

let upstream: ScriptedProvider;
let gateway: RoutedGateway;
let printed: string;
let complained: string;
let exit_code: number;
let ran: TaskRecord[];
/** A spawner whose every task ends at once. */
const temporal = {
  ...connectTemporal('127.0.0.1:1', 'default'),
  async startTask({ spawn_id }: { spawn_id: string }) {
    const { tasks, taskOutput } = gateway.store;
    ran.push((await tasks.record(spawn_id))!);
    const piece = { attempt: 1, seq: 1, stream: 'stdout', at: Date.now(), start: 0 } as const;
    const add = [
      { ...piece, bytes: Buffer.from(printed) },
      { ...piece, seq: 2, stream: 'stderr' as const, bytes: Buffer.from(complained) },
    ];
    await taskOutput.append(spawn_id, { attempt: 1, add, drop: [] });
    const end = { ...endedWithout('completed', 'exit', null), exit_code };
    await tasks.change(spawn_id, ({ view }) => ({
      view: finished(view, { end, artifacts: [], refused: [] }, Date.now()),
      events: [],
    }));
  },
};
beforeAll(async () => {
  upstream = await startScriptedProvider();
  const claude = {
    id: 'claude',
    kind: 'cli' as const,
    program: 'claude' as const,
    models: modelsOf(['sonnet'], { quality: 0.99, can: [] }),
  };
  const hosted = provider(upstream.base, ['ok'], { models: modelsOf(['ok'], { quality: 0.1 }) });
  gateway = await startRoutedGateway([claude, hosted], { gateway: { deps: { temporal } } });
  const services = [aService('switch'), aService('spawner')];
  await gateway.store.services.saveCatalog(catalog(services), []);
  await awaken(gateway, 'spawner');
  await beatSpawner(gateway);
}, 60_000);
beforeEach(() => {
  printed = JSON.stringify({ type: 'result', is_error: false, result: 'Hello from claude.' });
  [complained, exit_code, ran] = ['', 0, []];
});
afterAll(async () => {
  await gateway.close();
  await upstream.close();
});

const ask = async (body: object = {}) => {
  const answer = await fetch(`${gateway.base}/v1/chat/completions`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await gateway.token('operator')}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({
      model: 'auto:critical',
      messages: [{ role: 'user', content: 'Say "hello"; rm -rf $HOME' }],
      ...body,
    }),
  });
  return { headers: answer.headers, text: await answer.text() };
};

test('a program answers from a sandbox; the prompt goes to its input and never into its arguments', async () => {
  const { headers, text } = await ask();
  expect(headers.get('x-vx11-target')).toBe('claude/sonnet');
  expect(JSON.parse(text)).toMatchObject({
    model: 'claude/sonnet',
    choices: [{ message: { content: 'Hello from claude.' }, finish_reason: 'stop' }],
  });
  expect(ran).toHaveLength(1);
  const { program, stdin } = ran[0]!.spec!;
  expect(stdin).toBe('Say "hello"; rm -rf $HOME');
  expect(program).toMatchObject({
    code: 'exec claude -p --output-format json "$@"',
    args: ['--model', 'sonnet'],
  });
  expect(ran[0]!.spec!.memory_mb).toBe(1024);
  expect(ran[0]!.view.owner).toBe('a operator');
});

test('its answer can be streamed', async () => {
  const { text } = await ask({ stream: true });
  expect(text).toMatch(
    /"content":"Hello from claude\."[\s\S]*"finish_reason":"stop"[\s\S]*\[DONE\]/,
  );
});

const usage = { input_tokens: 2000, cache_read_input_tokens: 1000, output_tokens: 40 };

test('the tokens that it counted are those of the answer', async () => {
  printed = JSON.stringify({ type: 'result', is_error: false, result: 'Hello.', usage });
  const { text } = await ask();
  expect(JSON.parse(text)).toMatchObject({
    usage: {
      prompt_tokens: 3000,
      completion_tokens: 40,
      total_tokens: 3040,
      prompt_tokens_details: { cached_tokens: 1000 },
    },
  });
});

const isError = (result: string, api_error_status: number) =>
  JSON.stringify({ type: 'result', is_error: true, result, api_error_status });

test.each([
  {
    that: 'fails',
    out: '',
    err: 'reading the prompt\nno credentials\n',
    code: 1,
    kind: 'failed',
    why: /^spawn-\S+ failed \(exit 1\): no credentials; vx11 logs spawn-\S+ shows what it printed$/,
  },
  {
    that: 'prints an error instead of an answer',
    out: isError('API Error: 400 no such tool', 400),
    err: '',
    code: 0,
    kind: 'failed',
    why: /^claude printed no answer: API Error: 400 no such tool$/,
  },
  {
    that: 'the image lacks',
    out: '',
    err: 'sh: claude: not found',
    code: 127,
    kind: 'failed',
    why: /add `RUN npm install -g @anthropic-ai\/claude-code` to its Dockerfile \(sh: claude: not found\)$/,
  },
])('a program that $that gives way to the next target, which says why', async (row) => {
  [printed, complained, exit_code] = [row.out, row.err, row.code];
  expect(await triesOf(await ask())).toEqual([
    {
      target: 'claude/sonnet',
      failure: row.kind,
      detail: expect.stringMatching(row.why) as string,
    },
    { target: 'script/ok', failure: null, detail: null },
  ]);
  gateway.router.reset('claude');
});

test('a program at the limit of its account is left alone like any other target, and said to be', async () => {
  [printed, exit_code] = [isError('You have reached your usage limit for this week', 429), 1];
  const [first] = await triesOf(await ask());
  expect(first).toMatchObject({ target: 'claude/sonnet', failure: 'rate_limited' });
  expect(ran).toHaveLength(1);
  expect((await triesOf(await ask())).map(({ target }) => target)).toEqual(['script/ok']);
  expect(ran).toHaveLength(1);
  expect(gateway.router.reset('claude')).toBeGreaterThan(0);
  await ask();
  expect(ran).toHaveLength(2);
  gateway.router.reset('claude');
});

async function triesOf({ headers }: { headers: Headers }) {
  await gateway.router.flush();
  const stored = await gateway.store.routing.decisions.find(headers.get('x-vx11-decision')!);
  return stored!.tries.map(({ target, failure, detail }) => ({ target, failure, detail }));
}
