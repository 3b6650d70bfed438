import { createAnthropic } from '@ai-sdk/anthropic';
import { generateText, jsonSchema, streamText } from 'ai';
import OpenAI, { APIError } from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { modelsOf, provider } from '../../activities/routing/routed.ts';
import {
  startScriptedProvider,
  type ScriptedProvider,
} from '../../activities/routing/scripted-provider.ts';
import { noBeliefs } from '../../../domain/routing/learning/beliefs.ts';
import { learn } from '../../../domain/routing/learning/learn.ts';
import { outcome, request as aRequest } from '../../domain/routing/samples.ts';
import { startRoutedGateway, type RoutedGateway } from './routed-gateway.ts';

let upstream: ScriptedProvider;
let gateway: RoutedGateway;
let client: OpenAI;
let token: string;
const chats = ['500', 'ok', 'cut-at:2', 'tools', 'no-index', '429-seconds:7', 'error-before'];
beforeAll(async () => {
  upstream = await startScriptedProvider();
  gateway = await startRoutedGateway([
    provider(upstream.base, chats, {
      models: [
        ...modelsOf(chats),
        ...modelsOf(['vectors', 'vectors:few'], { can: ['embed'], context: 2000 }),
      ],
    }),
  ]);
  token = await gateway.token('operator');
  client = new OpenAI({ baseURL: `${gateway.base}/v1`, apiKey: token });
});
afterAll(async () => {
  await gateway.close();
  await upstream.close();
});

const failure = (request: PromiseLike<unknown>): Promise<APIError> =>
  Promise.resolve(request).then(
    () => {
      throw new Error('it was answered');
    },
    (error: unknown) => error as APIError,
  );
const surfaceOf = async (id: string | null) => {
  await gateway.router.flush();
  return (await gateway.store.routing.decisions.find(id!))!.surface;
};

describe('npm openai, by its responses', () => {
  test('gets an answer, decided and stored like any other', async () => {
    const { data, response } = await client.responses
      .create({ model: 'script/ok', input: 'Say hello.' })
      .withResponse();
    expect(data).toMatchObject({
      status: 'completed',
      model: 'script/ok',
      output_text: 'Hello.',
      usage: { input_tokens: 9, output_tokens: 3, total_tokens: 12 },
    });
    expect(await surfaceOf(response.headers.get('x-vx11-decision'))).toBe('responses');
  });

  test('streams it, and finds the same answer at the end', async () => {
    const stream = client.responses.stream({ model: 'script/ok', input: 'Say hello.' });
    const deltas: string[] = [];
    stream.on('response.output_text.delta', ({ delta }) => deltas.push(delta));
    const final = await stream.finalResponse();
    expect(deltas.join('')).toBe('Hello.');
    expect(final).toMatchObject({ output_text: 'Hello.', usage: { total_tokens: 12 } });
  });

  test.each(['tools', 'no-index'])('collects the tool calls of %s', async (model) => {
    const stream = client.responses.stream({ model: `script/${model}`, input: 'Look.' });
    const { output } = await stream.finalResponse();
    expect(output).toMatchObject([
      { type: 'function_call', call_id: 'call_a', name: 'first', arguments: '{"a":1}' },
      { type: 'function_call', call_id: 'call_b', name: 'second', arguments: '{"b":2}' },
    ]);
  });

  test('gets the answer of another target where the best one fails before content', async () => {
    const { data, response } = await client.responses
      .create(
        { model: 'auto:critical', input: 'Say hello.' },
        { headers: { 'x-vx11-seed': '7', 'x-vx11-task-type': 'reasoning' } },
      )
      .withResponse();
    expect(data.output_text).toBe('Hello.');
    expect(response.headers.get('x-vx11-target')).toBe('script/ok');
  });

  test('learns of a stream that broke after content', async () => {
    const stream = client.responses.stream({ model: 'script/cut-at:2', input: 'Count.' });
    const seen: string[] = [];
    stream.on('response.output_text.delta', ({ delta }) => seen.push(delta));
    expect(await failure(stream.finalResponse())).toBeInstanceOf(APIError);
    expect(seen.join('')).toBe('0 1 ');
  });

  test('gets OpenAI’s errors, also for what VX11 does not do', async () => {
    const limited = await failure(
      client.responses.create({ model: 'script/429-seconds:7', input: 'hello' }, { maxRetries: 0 }),
    );
    expect(limited).toMatchObject({ status: 429, code: 'rate_limit_exceeded' });
    const earlier = await failure(
      client.responses.create({ model: 'auto', input: 'go on', previous_response_id: 'resp_1' }),
    );
    expect(earlier).toMatchObject({ status: 400, param: 'previous_response_id' });
  });
});

describe('npm openai, by its embeddings', () => {
  test('gets a vector for each text, in the way that it asks for, and pays for the tokens', async () => {
    const input = ['a', 'four'];
    const { data, response } = await client.embeddings
      .create({ model: 'script/vectors', input })
      .withResponse();
    expect(data.data.map(({ embedding }) => [...embedding])).toEqual([
      [0.5, 1, -1],
      [0.5, 4, -1],
    ]);
    expect(data).toMatchObject({ model: 'script/vectors', usage: { total_tokens: 6 } });
    expect(response.headers.get('x-vx11-cost-usd')).toBe('0.000006');
    const plain = await client.embeddings.create({
      model: 'script/vectors',
      input: 'a',
      encoding_format: 'float',
    });
    expect(plain.data[0]!.embedding).toEqual([0.5, 1, -1]);
    expect(upstream.seen.at(-1)!.body).not.toHaveProperty('stream');
  });

  test('by auto is answered only by what makes vectors, and chats never by that', async () => {
    const { model } = await client.embeddings.create({ model: 'auto', input: 'a' });
    expect(model).toBe('script/vectors');
    const chat = await failure(
      client.chat.completions.create({
        model: 'script/vectors',
        messages: [{ role: 'user', content: 'hello' }],
      }),
    );
    expect(chat).toMatchObject({ status: 503, code: 'no_target' });
    expect(chat.message).toContain('lacks_chat');
  });

  test('each text must fit the model by itself, not all of them together', async () => {
    const many = Array.from({ length: 20 }, () => 'word '.repeat(300));
    const { data } = await client.embeddings.create({ model: 'script/vectors', input: many });
    expect(data).toHaveLength(20);
    const long = failure(
      client.embeddings.create({ model: 'script/vectors', input: 'word '.repeat(3000) }),
    );
    expect(await long).toMatchObject({ status: 400, code: 'context_length_exceeded' });
  });

  test('an answer without a vector for each text is no good one', async () => {
    const refused = await failure(
      client.embeddings.create({ model: 'script/vectors:few', input: ['a', 'b'] }),
    );
    expect(refused).toMatchObject({ status: 502, code: 'upstream_error' });
    await gateway.router.flush();
    const id = (refused as { headers: Headers }).headers.get('x-vx11-decision')!;
    const stored = (await gateway.store.routing.decisions.find(id))!;
    expect(stored.outcome).toMatchObject({ ok: false, code: 'upstream_error' });
    expect(stored.tries[0]!.failure).toBe('bad_answer');
    expect(stored.record.request.type).toBe('embed');
  });
});

describe('the AI SDK of Anthropic, pointed at VX11', () => {
  const models = () => createAnthropic({ baseURL: `${gateway.base}/v1`, apiKey: token });

  test('gets an answer with its usage, and streams one', async () => {
    const { text, usage, finishReason } = await generateText({
      model: models()('script/ok'),
      instructions: 'Be brief.',
      prompt: 'Say hello.',
    });
    expect({ text, finishReason, tokens: usage.totalTokens }).toEqual({
      text: 'Hello.',
      finishReason: 'stop',
      tokens: 12,
    });
    const streamed = streamText({ model: models()('script/ok'), prompt: 'Say hello.' });
    expect(await streamed.text).toBe('Hello.');
    expect((await streamed.usage).totalTokens).toBe(12);
  });

  test('calls tools', async () => {
    const inputSchema = jsonSchema({ type: 'object' });
    const { toolCalls } = streamText({
      model: models()('script/tools'),
      prompt: 'Look.',
      tools: { first: { inputSchema }, second: { inputSchema } },
    });
    expect((await toolCalls).map(({ toolName, input }) => [toolName, input])).toEqual([
      ['first', { a: 1 }],
      ['second', { b: 2 }],
    ]);
  });

  test('is not given a broken stream as a complete one', async () => {
    const seen: string[] = [];
    const { stream } = streamText({
      model: models()('script/cut-at:2'),
      prompt: 'Count.',
      maxRetries: 0,
      onError: () => undefined,
    });
    for await (const part of stream) seen.push(part.type);
    expect(seen).toContain('error');
  });

  test.each([
    ['script/429-seconds:7', 429, 'rate_limit_error'],
    ['script/nothing', 404, 'not_found_error'],
    ['script/500', 502, 'api_error'],
  ])('gets the error of %s in Anthropic’s form', async (model, status, type) => {
    const answer = await fetch(`${gateway.base}/v1/messages?beta=true`, {
      method: 'POST',
      headers: { 'x-api-key': token, 'content-type': 'application/json' },
      body: JSON.stringify({
        model,
        max_tokens: 10,
        messages: [{ role: 'user', content: 'hello' }],
      }),
    });
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({ type: 'error', error: { type } });
  });

  test('may allow a longer answer than a model can give, as its clients do', async () => {
    const { text } = await generateText({
      model: models()('script/ok'),
      prompt: 'Say hello.',
      maxOutputTokens: 32_000,
    });
    expect(text).toBe('Hello.');
    expect(upstream.seen.at(-1)!.body['max_tokens']).toBe(8000);
    await generateText({ model: models()('auto'), prompt: 'Hello.', maxOutputTokens: 32_000 });
    expect(upstream.seen.at(-1)!.body['max_tokens']).toBe(8000);
    const chat = client.chat.completions.create({
      model: 'script/ok',
      max_tokens: 32_000,
      messages: [{ role: 'user', content: 'Say hello.' }],
    });
    expect(await failure(chat)).toMatchObject({ status: 503, code: 'no_target' });
  });

  test('counts the tokens of a request while switch sleeps, and better once the model has counted some', async () => {
    const asleep = await startRoutedGateway([provider(upstream.base, ['ok'])], { asleep: true });
    await asleep.router.flush();
    const key = await asleep.token('viewer');
    const count = async (model: string, content: string) => {
      const answer = await fetch(`${asleep.base}/v1/messages/count_tokens?beta=true`, {
        method: 'POST',
        headers: { 'x-api-key': key, 'content-type': 'application/json' },
        body: JSON.stringify({ model, messages: [{ role: 'user', content }], system: 'Be brief.' }),
      });
      return { status: answer.status, body: (await answer.json()) as { input_tokens: number } };
    };
    const asked = upstream.count('ok');
    const text = 'Hello there, '.repeat(400);
    const before = await count('script/ok', text);
    expect(before).toEqual({ status: 200, body: { input_tokens: Math.ceil((5200 + 9) / 4) } });
    const beliefs = noBeliefs();
    const features = aRequest({ bytes_in: 5200 });
    for (let times = 0; times < 20; times += 1)
      learn(beliefs, outcome({ target: 'script/ok', request: features, reported_tokens_in: 2600 }));
    await asleep.store.routing.state.write('beliefs', beliefs, Date.now());
    const { input_tokens } = (await count('script/ok', text)).body;
    expect(input_tokens).toBeGreaterThan(2000);
    expect((await count('auto', text)).body).toEqual(before.body);
    expect(await count('nothing', 'hello')).toMatchObject({
      status: 404,
      body: { type: 'error', error: { type: 'not_found_error' } },
    });
    expect(upstream.count('ok')).toBe(asked);
    await asleep.close();
  });

  test('with a wrong key gets Anthropic’s error for it', async () => {
    const answer = await fetch(`${gateway.base}/v1/messages`, {
      method: 'POST',
      headers: { 'x-api-key': 'vx11_wrong', 'content-type': 'application/json' },
      body: JSON.stringify({ messages: [{ role: 'user', content: 'hello' }] }),
    });
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ error: { type: 'authentication_error' } });
  });
});
