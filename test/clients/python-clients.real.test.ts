import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { modelsOf, provider } from '../activities/routing/routed.ts';
import {
  startScriptedProvider,
  type ScriptedProvider,
} from '../activities/routing/scripted-provider.ts';
import { startRoutedGateway, type RoutedGateway } from '../gateway/routing/routed-gateway.ts';
import { hasModelClients, modelClients } from './generators.ts';

if (!hasModelClients)
  console.log('the Python clients of models are skipped: they are not installed');

const run = promisify(execFile);
const chats = [
  'ok',
  'tools',
  'no-index',
  'json',
  'cut-at:2',
  '400',
  '500',
  '429-seconds:7',
  '429-once',
];
const calls = [
  ['call_a', 'first', '{"a":1}'],
  ['call_b', 'second', '{"b":2}'],
];

describe.skipIf(!hasModelClients)('Python clients of models, pointed at VX11', () => {
  let upstream: ScriptedProvider;
  let gateway: RoutedGateway;
  let home: string;
  // what one client's failures close is open for the next
  beforeEach(async () => {
    upstream = await startScriptedProvider();
    const models = [...modelsOf(chats), ...modelsOf(['vectors'], { can: ['embed'] })];
    home = await mkdtemp(join(tmpdir(), 'vx11-python-'));
    gateway = await startRoutedGateway([provider(upstream.base, chats, { models })]);
  });
  afterEach(async () => {
    await gateway.close();
    await upstream.close();
    await rm(home, { recursive: true, force: true });
  });

  /** Runs a program and returns what its scenarios gave, and how often each model was asked meanwhile. */
  const scenarios = async (file: string, env: Record<string, string> = {}) => {
    const before = upstream.seen.length;
    const [token, viewer] = [await gateway.token('operator'), await gateway.token('viewer')];
    const { stdout } = await run(
      modelClients.interpreter,
      [join(import.meta.dirname, 'python', file), gateway.base, token, viewer],
      {
        cwd: home,
        env: {
          PATH: process.env['PATH'],
          HOME: home,
          LITELLM_LOCAL_MODEL_COST_MAP: 'True',
          PYTHONPYCACHEPREFIX: modelClients.cache,
          ...env,
        },
        timeout: 500_000,
      },
    );
    const lines = stdout.trim().split('\n');
    const results = new Map(
      lines.flatMap((line) =>
        line.startsWith('[') ? [JSON.parse(line) as [string, unknown]] : [],
      ),
    );
    const asked = (model: string): number =>
      upstream.seen.slice(before).filter((one) => one.model === model).length;
    return { results, asked };
  };

  test('openai asks in every form, gets its own errors, and repeats only what can help', async () => {
    const { results, asked } = await scenarios('openai_client.py');
    expect(Object.fromEntries(results)).toEqual({
      whole: {
        target: 'script/ok',
        model: 'script/ok',
        text: 'Hello.',
        finish: 'stop',
        tokens: 12,
      },
      stream: { text: 'Hello.', finish: 'stop', usage: [12] },
      tools: calls,
      no_index: calls,
      schema: { n: 1 },
      responses: { text: 'Hello.', tokens: 12, last: 'response.completed', streamed: 'Hello.' },
      vectors: [
        [0.5, 1, -1],
        [0.5, 3, -1],
      ],
      models: ['auto', 'auto:eco'],
      broken: { class: 'APIError', status: null, code: 'upstream_error', text: '0 1 ' },
      errors: {
        'wrong key': { class: 'AuthenticationError', status: 401, code: 'invalid_api_key' },
        viewer: { class: 'PermissionDeniedError', status: 403, code: 'permission_denied' },
        'no model': { class: 'NotFoundError', status: 404, code: 'model_not_found' },
        bad: { class: 'BadRequestError', status: 400, code: 'bad_request' },
        limited: { class: 'RateLimitError', status: 429, code: 'rate_limit_exceeded' },
        down: { class: 'InternalServerError', status: 502, code: 'upstream_error' },
      },
      later: 'Hello.',
    });
    expect(['400', '500', '429-seconds:7', '429-once'].map(asked)).toEqual([1, 1, 1, 2]);
  });

  test('litellm asks in the forms of OpenAI and Anthropic, gets its own errors, and repeats nothing that VX11 has tried', async () => {
    const { results, asked } = await scenarios('litellm_client.py');
    expect(Object.fromEntries(results)).toEqual({
      whole: { text: 'Hello.', finish: 'stop', tokens: 12 },
      stream: { text: 'Hello.', tokens: 12 },
      tools: calls,
      no_index: calls,
      schema: { n: 1 },
      messages: { text: 'Hello.', finish: 'stop' },
      broken: { class: 'MidStreamFallbackError', status: 500, code: null, text: '0 1 ' },
      errors: {
        'wrong key': { class: 'AuthenticationError', status: 401, code: null },
        viewer: { class: 'APIError', status: 403, code: null },
        'no model': { class: 'NotFoundError', status: 404, code: null },
        bad: { class: 'BadRequestError', status: 400, code: 'bad_request' },
        limited: { class: 'RateLimitError', status: 429, code: '429' },
        down: { class: 'BadGatewayError', status: 502, code: null },
      },
      later: 'Hello.',
    });
    expect(['400', '500', '429-seconds:7'].map(asked)).toEqual([1, 1, 1]);
  });

  test('langchain-openai asks in both forms of OpenAI, gets its own errors, and repeats only what can help', async () => {
    const { results, asked } = await scenarios('langchain_client.py');
    const answer = { text: 'Hello.', tokens: 12 };
    const called = [
      ['call_a', 'first', { a: 1 }],
      ['call_b', 'second', { b: 2 }],
    ];
    expect(Object.fromEntries(results)).toEqual({
      whole: answer,
      stream: answer,
      responses: [answer, answer],
      tools: called,
      no_index: called,
      schema: { n: 1 },
      vectors: [
        [0.5, 1, -1],
        [0.5, 3, -1],
      ],
      broken: { class: 'APIError', status: null, code: 'upstream_error', text: '0 1 ' },
      errors: {
        'wrong key': { class: 'OpenAIAuthenticationError', status: 401, code: 'invalid_api_key' },
        viewer: { class: 'OpenAIPermissionDeniedError', status: 403, code: 'permission_denied' },
        'no model': { class: 'OpenAIModelNotFoundError', status: 404, code: 'model_not_found' },
        bad: { class: 'OpenAIInvalidRequestError', status: 400, code: 'bad_request' },
        limited: { class: 'OpenAIRateLimitError', status: 429, code: 'rate_limit_exceeded' },
        down: { class: 'OpenAIAPIError', status: 502, code: 'upstream_error' },
      },
      later: 'Hello.',
    });
    expect(['400', '500', '429-seconds:7', '429-once'].map(asked)).toEqual([1, 1, 1, 2]);
  });

  test('llm answers, streams, calls tools and fills in a schema', async () => {
    const model = (id: string, name: string) => ({
      model_id: `vx11-${id}`,
      model_name: `script/${name}`,
      api_base: `${gateway.base}/v1`,
      api_key_name: 'vx11',
      supports_tools: true,
      supports_schema: true,
    });
    const models = [
      model('ok', 'ok'),
      model('tools', 'tools'),
      model('json', 'json'),
      model('cut', 'cut-at:2'),
      model('400', '400'),
      model('500', '500'),
    ];
    await writeFile(join(home, 'extra-openai-models.yaml'), JSON.stringify(models));
    const key = await gateway.token('operator');
    await writeFile(join(home, 'keys.json'), JSON.stringify({ vx11: key }));
    const { results, asked } = await scenarios('llm_client.py', { LLM_USER_PATH: home });
    expect(Object.fromEntries(results)).toEqual({
      whole: { text: 'Hello.', tokens: [9, 3] },
      stream: { pieces: 3, text: 'Hello.' },
      tools: [
        ['call_a', 'first', { a: 1 }],
        ['call_b', 'second', { b: 2 }],
      ],
      schema: '{"n":1}',
      broken: { class: 'APIError', status: null, code: 'upstream_error', text: '0 1 ' },
      bad: { class: 'BadRequestError', status: 400, code: 'bad_request' },
      down: { class: 'InternalServerError', status: 502, code: 'upstream_error' },
    });
    expect(['400', '500'].map(asked)).toEqual([1, 1]);
  });
});
