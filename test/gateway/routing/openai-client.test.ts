import OpenAI, { APIError, RateLimitError } from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { provider, secret } from '../../activities/routing/routed.ts';
import {
  startScriptedProvider,
  type ScriptedProvider,
} from '../../activities/routing/scripted-provider.ts';
import { startRoutedGateway, type RoutedGateway } from './routed-gateway.ts';

let upstream: ScriptedProvider;
let gateway: RoutedGateway;
let client: OpenAI;
const messages = [{ role: 'user' as const, content: 'Say hello to everybody.' }];

beforeAll(async () => {
  upstream = await startScriptedProvider();
  gateway = await startRoutedGateway([
    provider(upstream.base, [
      '500',
      'ok',
      'cut-at:2',
      'tools',
      '429-seconds:7',
      '400',
      'hang',
      'no-index',
    ]),
  ]);
  client = new OpenAI({ baseURL: `${gateway.base}/v1`, apiKey: await gateway.token('operator') });
});
afterAll(async () => {
  await gateway.close();
  await upstream.close();
});

const failure = (request: Promise<unknown>): Promise<APIError> =>
  request.then(
    () => {
      throw new Error('it was answered');
    },
    (error: unknown) => error as APIError,
  );

describe('npm openai, pointed at VX11', () => {
  test('gets an answer, with the target that gave it, and everything that the target said', async () => {
    const { data, response } = await client.chat.completions
      .create({ model: 'script/ok', messages })
      .withResponse();
    expect(data).toMatchObject({
      object: 'chat.completion',
      model: 'script/ok',
      choices: [
        { message: { content: 'Hello.' }, finish_reason: 'stop', logprobs: { kept: true } },
      ],
      usage: { total_tokens: 12 },
    });
    expect(data.id).toMatch(/^chatcmpl-[0-9a-f]{16}$/);
    expect(response.headers.get('x-vx11-target')).toBe('script/ok');
    expect(upstream.seen.at(-1)!.headers.authorization).toBe(`Bearer ${secret}`);
  });

  test('gets the answer of another target where the best one fails, without an error', async () => {
    const { data, response } = await client.chat.completions
      .create({ model: 'auto:critical', messages }, { headers: { 'x-vx11-seed': '7' } })
      .withResponse();
    expect(data.model).toBe('script/ok');
    expect(response.headers.get('x-vx11-tries')).toBe('2');
  });

  test('streams, with one role, one finish_reason, and usage where it is asked for', async () => {
    const stream = await client.chat.completions.create({
      model: 'script/ok',
      messages,
      stream: true,
      stream_options: { include_usage: true },
    });
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);
    expect(chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('')).toBe('Hello.');
    expect(chunks.filter(({ choices }) => choices[0]?.delta.role !== undefined)).toHaveLength(1);
    expect(chunks.filter(({ choices }) => choices[0]?.finish_reason)).toHaveLength(1);
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { total_tokens: 12 } });
    expect(new Set(chunks.map(({ model }) => model))).toEqual(new Set(['script/ok']));
  });

  test.each(['tools', 'no-index'])(
    'collects the tool calls of %s by their indexes',
    async (model) => {
      const runner = client.chat.completions.stream({ model: `script/${model}`, messages });
      const { choices } = await runner.finalChatCompletion();
      expect(choices[0]!.message.tool_calls).toMatchObject([
        { id: 'call_a', function: { name: 'first', arguments: '{"a":1}' } },
        { id: 'call_b', function: { name: 'second', arguments: '{"b":2}' } },
      ]);
    },
  );

  test('learns of a stream that broke after content, instead of taking it for complete', async () => {
    const stream = await client.chat.completions.create({
      model: 'script/cut-at:2',
      messages,
      stream: true,
    });
    const seen: string[] = [];
    const read = (async () => {
      for await (const chunk of stream) seen.push(chunk.choices[0]?.delta.content ?? '');
    })();
    expect(await failure(read)).toBeInstanceOf(APIError);
    expect(seen.join('')).toBe('0 1 ');
  });

  test('does not repeat what cannot help, and may repeat a limit when it is over', async () => {
    const before = upstream.count('400');
    const wrong = await failure(client.chat.completions.create({ model: 'script/400', messages }));
    expect(wrong).toMatchObject({ status: 400, code: 'bad_request' });
    expect(wrong.message).toContain('must alternate');
    expect(upstream.count('400')).toBe(before + 1);
    const once = new OpenAI({ baseURL: client.baseURL, apiKey: client.apiKey, maxRetries: 0 });
    const limited = await failure(
      once.chat.completions.create({ model: 'script/429-seconds:7', messages }),
    );
    expect(limited).toBeInstanceOf(RateLimitError);
    expect(Number(limited.headers!.get('retry-after'))).toBeGreaterThan(4);
    expect(limited.headers!.get('x-should-retry')).toBe('true');
  });

  test('hangs up, and the provider is hung up on', async () => {
    const stop = new AbortController();
    const asked = client.chat.completions.create(
      { model: 'script/hang', messages, stream: true },
      { signal: stop.signal },
    );
    await expect.poll(() => upstream.count('hang')).toBe(1);
    stop.abort();
    await failure(asked);
    const seen = upstream.seen.find(({ model }) => model === 'hang')!;
    await expect.poll(() => seen.aborted_ms).not.toBeNull();
  });

  test('lists the models, auto first, and finds one whose name has a slash', async () => {
    const ids = (await client.models.list()).data.map(({ id }) => id);
    expect(ids[0]).toBe('auto');
    expect(ids).toContain('script/ok');
    expect(await client.models.retrieve('script/ok')).toMatchObject({ owned_by: 'script' });
    expect(await failure(client.models.retrieve('script/nope'))).toMatchObject({
      status: 404,
      code: 'model_not_found',
    });
  });

  test('gets OpenAI’s errors for a wrong key, a scope, a model and a header', async () => {
    const create = (change: object, model = 'script/ok', options = {}) =>
      failure(client.withOptions(change).chat.completions.create({ model, messages }, options));
    expect(await create({ apiKey: 'vx11_wrong' })).toMatchObject({
      status: 401,
      code: 'invalid_api_key',
    });
    const viewer = await gateway.token('viewer');
    expect(await create({ apiKey: viewer })).toMatchObject({
      status: 403,
      code: 'permission_denied',
    });
    const unknown = await create({}, 'gpt-nothing');
    expect(unknown).toMatchObject({ status: 404, code: 'model_not_found', param: 'model' });
    const header = await create({}, 'script/ok', { headers: { 'x-vx11-mode': 'fastest' } });
    expect(header).toMatchObject({ status: 400, param: 'x-vx11-mode' });
  });
});
