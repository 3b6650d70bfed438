import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeOllama } from '../../../domain/routing/forms/ollama/write-request.ts';
import { errorIn, modelsOf, startRouted, textIn, type Routed } from './routed.ts';

type Sent = Record<string, unknown> & { model: string };

let server: Server;
let routed: Routed;
let sent: { path: string; body: Sent }[];
const said = (message: object, more: object = {}) => ({
  model: 'm',
  message: { role: 'assistant', ...message },
  done: false,
  ...more,
});
const done = (done_reason: string) =>
  said({ content: '' }, { done: true, done_reason, prompt_eval_count: 11, eval_count: 5 });
const call = { function: { name: 'look', arguments: { at: 'home' } } };
const scripts: Record<string, object[]> = {
  words: [
    said({ thinking: 'Hm.' }),
    said({ content: 'Hel' }),
    said({ content: 'lo.' }),
    done('stop'),
  ],
  call: [said({ content: '', tool_calls: [call] }), done('stop')],
  limit: [said({ content: 'Hel' }), done('length')],
  cut: [said({ content: 'Hel' })],
  'error-before': [{ error: 'llama runner process has terminated' }],
  'error-after': [said({ content: 'Hel' }), { error: 'an error was encountered' }],
};
const names = Object.keys(scripts);

beforeAll(async () => {
  sent = [];
  server = createServer((request, response) => {
    let text = '';
    request.on('data', (piece) => (text += String(piece)));
    request.on('end', () => {
      const body = JSON.parse(text) as Sent;
      sent.push({ path: request.url!, body });
      if (request.url === '/v1/embeddings') {
        const data = [{ object: 'embedding', index: 0, embedding: [1] }];
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ object: 'list', data, usage: { prompt_tokens: 2 } }));
        return;
      }
      response.writeHead(200, { 'content-type': 'application/x-ndjson' });
      const lines = scripts[body.model]!.map((line) => `${JSON.stringify(line)}\n`).join('');
      // a line may come in two pieces
      response.write(lines.slice(0, 25));
      setTimeout(() => response.end(lines.slice(25)), 10);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  routed = await startRouted([
    {
      id: 'ollama',
      base_url: `http://127.0.0.1:${port}`,
      models: [
        ...modelsOf(names, { context: 8192, can: ['tools', 'vision', 'json', 'reasoning'] }),
        ...modelsOf(['vectors'], { can: ['embed'] }),
      ],
    },
  ]);
});
afterAll(async () => {
  await routed.close();
  server.close();
});
const ask = (model: string, body = {}) => routed.ask({ model: `ollama/${model}`, ...body });

test('what its protocol has no words for is left out and named', async () => {
  const tools = [{ type: 'function', function: { name: 'look', parameters: { type: 'object' } } }];
  const model = 'ollama/words';
  const plain = await routed.ask({ model, seed: 1, tools, tool_choice: 'auto' });
  expect(plain.headers).not.toHaveProperty('x-vx11-dropped');
  const body = { model, tools, tool_choice: 'required', logprobs: true, logit_bias: { 5: 1 } };
  const answer = await routed.ask(body);
  expect(answer.headers['x-vx11-dropped']).toBe('logprobs, logit_bias, tool_choice');
  const vectors = { model: 'ollama/vectors', input: ['a'], encoding_format: 'float' };
  const embedded = await routed.ask(vectors, { surface: 'embeddings' });
  expect(embedded.headers).not.toHaveProperty('x-vx11-dropped');
});

test('a request asks for the context of its target, and never for a cut prompt', async () => {
  const answer = await ask('words', { max_tokens: 50, temperature: 0, reasoning_effort: 'low' });
  expect(answer.body).toMatchObject({
    model: 'ollama/words',
    choices: [{ message: { content: 'Hello.', reasoning_content: 'Hm.' }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 11, completion_tokens: 5, total_tokens: 16 },
  });
  expect(sent.at(-1)).toMatchObject({
    path: '/api/chat',
    body: {
      model: 'words',
      truncate: false,
      think: true,
      options: { num_ctx: 8192, num_predict: 50, temperature: 0 },
    },
  });
});

test('streams and tool calls come in OpenAI’s form', async () => {
  const answer = await ask('words', { stream: true, stream_options: { include_usage: true } });
  expect(textIn(answer.events)).toBe('Hello.');
  expect(answer.events.at(-2)).toMatchObject({ choices: [], usage: { total_tokens: 16 } });
  expect(answer.events.at(-1)).toBe('[DONE]');
  expect((await ask('call')).body).toMatchObject({
    choices: [
      {
        message: { tool_calls: [{ function: { name: 'look', arguments: '{"at":"home"}' } }] },
        finish_reason: 'tool_calls',
      },
    ],
  });
  expect((await ask('limit')).body).toMatchObject({ choices: [{ finish_reason: 'length' }] });
});

test.each(['cut', 'error-after'])('%s ends with one error inside the stream', async (model) => {
  const answer = await ask(model, { stream: true });
  expect(textIn(answer.events)).toBe('Hel');
  expect(errorIn(answer)).toMatchObject({ code: 'upstream_error' });
  expect(answer.events).not.toContain('[DONE]');
});

test('an error before content is one of the target', async () => {
  const answer = await ask('error-before', { stream: true });
  expect(answer.status).toBe(502);
  expect((await answer.decision()).tries[0]).toMatchObject({ failure: 'failed' });
});

test('vectors come by the door of OpenAI’s form', async () => {
  const answer = await ask('vectors', { input: 'a' });
  expect(answer.status).not.toBe(200);
  const reply = await routed.ask(
    { model: 'ollama/vectors', input: 'a', messages: undefined },
    { surface: 'embeddings' },
  );
  expect(reply.body).toMatchObject({ data: [{ embedding: [1] }], model: 'ollama/vectors' });
  expect(sent.at(-1)!.path).toBe('/v1/embeddings');
});

test('a history keeps its tools and pictures; a picture elsewhere on the web is the caller’s fault', async () => {
  const picture = (url: string) => ({
    role: 'user',
    content: [
      { type: 'text', text: 'What is it?' },
      { type: 'image_url', image_url: { url } },
    ],
  });
  const called = { id: 'c1', type: 'function', function: { name: 'look', arguments: '{"a":1}' } };
  const messages = [
    { role: 'developer', content: 'Be brief.' },
    picture('data:image/png;base64,AA'),
    { role: 'assistant', content: null, tool_calls: [called] },
    { role: 'tool', tool_call_id: 'c1', content: 'a key' },
  ];
  const format = { type: 'json_schema', json_schema: { name: 'x', schema: { type: 'object' } } };
  expect(writeOllama({ messages, response_format: format }, 'gpt-oss:20b', null)).toEqual({
    model: 'gpt-oss:20b',
    messages: [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'What is it?', images: ['AA'] },
      {
        role: 'assistant',
        content: '',
        tool_calls: [{ function: { name: 'look', arguments: { a: 1 } } }],
      },
      { role: 'tool', content: 'a key', tool_name: 'look' },
    ],
    format: { type: 'object' },
    truncate: false,
    options: {},
  });
  const refused = await ask('words', { messages: [picture('https://example.org/a.png')] });
  expect(refused).toMatchObject({ status: 400 });
});
