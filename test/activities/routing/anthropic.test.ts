import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { errorIn, modelsOf, startRouted, textIn, type Routed } from './routed.ts';

type Sent = Record<string, unknown> & { model: string; messages: unknown[]; stream?: boolean };

let server: Server;
let routed: Routed;
let sent: { body: Sent; key: unknown }[];
const event = (data: { type: string }): string =>
  `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;
const start = {
  type: 'message_start',
  message: {
    id: 'm1',
    type: 'message',
    role: 'assistant',
    model: 'm',
    content: [],
    usage: { input_tokens: 11, output_tokens: 1 },
  },
};
const cached = { input_tokens: 11, cache_read_input_tokens: 100, cache_creation_input_tokens: 50 };
const stop = (stop_reason: string) => [
  {
    type: 'message_delta',
    delta: { stop_reason, stop_sequence: null },
    usage: { output_tokens: 5 },
  },
  { type: 'message_stop' },
];
const block = (index: number, content_block: object, deltas: object[]) => [
  { type: 'content_block_start', index, content_block },
  ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
  { type: 'content_block_stop', index },
];
const words = block(0, { type: 'text', text: '' }, [
  { type: 'text_delta', text: 'Hel' },
  { type: 'text_delta', text: 'lo.' },
]);
const call = block(0, { type: 'tool_use', id: 'toolu_1', name: 'look', input: {} }, [
  { type: 'input_json_delta', partial_json: '{"at":' },
  { type: 'input_json_delta', partial_json: '"home"}' },
]);
const startCached = {
  ...start,
  message: { ...start.message, usage: { ...cached, output_tokens: 1 } },
};
const overloaded = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } };
/** A name by which the SDK knows what a model can do. */
const thinking = 'claude-sonnet-4-5';
const scripts: Record<string, { type: string }[]> = {
  words: [start, ...words, ...stop('end_turn')],
  cached: [startCached, ...words, ...stop('end_turn')],
  call: [start, ...call, ...stop('tool_use')],
  [thinking]: [start, ...words, ...stop('end_turn')],
  'error-before': [start, overloaded],
  'error-after': [start, ...words.slice(0, 2), overloaded],
};

beforeAll(async () => {
  sent = [];
  server = createServer((request, response) => {
    let text = '';
    request.on('data', (piece) => (text += String(piece)));
    request.on('end', () => {
      const body = JSON.parse(text) as Sent;
      sent.push({ body, key: request.headers['x-api-key'] });
      if (body.model === 'limited') {
        response.writeHead(429, { 'content-type': 'application/json', 'retry-after': '30' });
        response.end(
          JSON.stringify({
            type: 'error',
            error: {
              type: 'rate_limit_error',
              message: 'This request would exceed your rate limit',
            },
          }),
        );
        return;
      }
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(scripts[body.model]!.map(event).join(''));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  routed = await startRouted([
    {
      id: 'claude',
      kind: 'anthropic',
      base_url: `http://127.0.0.1:${port}/v1`,
      key_env: 'SCRIPT_KEY',
      models: [
        ...modelsOf(['limited', 'error-before', 'words', 'call', 'error-after', 'cached']),
        ...modelsOf([thinking], { can: ['tools', 'reasoning'] }),
      ],
    },
  ]);
});
afterAll(async () => {
  await routed.close();
  server.close();
});
const ask = (model: string, body = {}) => routed.ask({ model: `claude/${model}`, ...body });

test('a wish for thoughts reaches the model, but for in the middle of tool calls, whose thoughts it would want back', async () => {
  const wish = { reasoning_effort: 'high', max_tokens: 8000 };
  const plain = await ask(thinking, wish);
  expect(sent.at(-1)!.body).toMatchObject({ thinking: { type: 'enabled' } });
  expect(plain.headers).not.toHaveProperty('x-vx11-dropped');
  const called = { id: 'c1', type: 'function', function: { name: 'look', arguments: '{}' } };
  const messages = [
    { role: 'user', content: 'Where are the keys?' },
    { role: 'assistant', content: null, tool_calls: [called] },
    { role: 'tool', tool_call_id: 'c1', content: 'on the table' },
  ];
  const amid = await ask(thinking, { ...wish, messages });
  expect(sent.at(-1)!.body).not.toHaveProperty('thinking');
  expect(amid.headers['x-vx11-dropped']).toBe('reasoning_effort');
});

test('what its protocol has no words for is left out and named', async () => {
  const tools = [{ type: 'function', function: { name: 'look', parameters: { type: 'object' } } }];
  const plain = await ask('words', { tools, parallel_tool_calls: false, user: 'ana', n: 1 });
  expect(plain.headers).not.toHaveProperty('x-vx11-dropped');
  expect(sent.at(-1)!.body).toMatchObject({ tool_choice: { disable_parallel_tool_use: true } });
  const answer = await ask('words', {
    seed: 1,
    presence_penalty: 0.5,
    logprobs: true,
    logit_bias: null,
    response_format: { type: 'json_object' },
  });
  expect(answer.headers['x-vx11-dropped']).toBe(
    'seed, presence_penalty, logprobs, response_format',
  );
});

test('a request in OpenAI’s form is translated, and so is the answer', async () => {
  const messages = [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'Where are the keys?' },
    {
      role: 'assistant',
      content: null,
      tool_calls: [
        { id: 'call.1', type: 'function', function: { name: 'look', arguments: '{"at":"home"}' } },
      ],
    },
    { role: 'tool', tool_call_id: 'call.1', content: 'on the table' },
  ];
  const tools = [
    {
      type: 'function',
      function: {
        name: 'look',
        parameters: { type: 'object', properties: { at: { type: 'string' } } },
      },
    },
  ];
  const answer = await ask('words', { messages, tools, max_tokens: 50, temperature: 0.5 });
  expect(answer.body).toMatchObject({
    object: 'chat.completion',
    model: 'claude/words',
    choices: [{ message: { role: 'assistant', content: 'Hello.' }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 11, completion_tokens: 5, total_tokens: 16 },
  });
  const { body, key } = sent.at(-1)!;
  expect(key).toBe('sk-secret-of-a-provider');
  expect(body).toMatchObject({
    max_tokens: 50,
    temperature: 0.5,
    system: [{ text: 'Be brief.' }],
    tools: [{ name: 'look' }],
    messages: [
      { role: 'user', content: [{ text: 'Where are the keys?' }] },
      { role: 'assistant', content: [{ type: 'tool_use', name: 'look', input: { at: 'home' } }] },
      { role: 'user', content: [{ type: 'tool_result' }] },
    ],
  });
  // ids that Anthropic does not take become the same ones in the call and its result
  const [, assistant, result] = body.messages as {
    content: { id?: string; tool_use_id?: string }[];
  }[];
  expect(assistant!.content[0]!.id).toMatch(/^[A-Za-z0-9_-]+$/);
  expect(result!.content[0]!.tool_use_id).toBe(assistant!.content[0]!.id);
});

test('streams and tool calls come in OpenAI’s form', async () => {
  const answer = await ask('words', { stream: true, stream_options: { include_usage: true } });
  expect(textIn(answer.events)).toBe('Hello.');
  expect(answer.events.at(-2)).toMatchObject({ choices: [], usage: { total_tokens: 16 } });
  expect(answer.events.at(-1)).toBe('[DONE]');
  const called = await ask('call');
  expect(called.body).toMatchObject({
    choices: [
      {
        message: {
          tool_calls: [{ id: 'toolu_1', function: { name: 'look', arguments: '{"at":"home"}' } }],
        },
        finish_reason: 'tool_calls',
      },
    ],
  });
});

test('marks of its prompt cache reach it where they were set, and what it kept is counted', async () => {
  const cache_control = { type: 'ephemeral', ttl: '1h' };
  const look = { name: 'look', parameters: { type: 'object', properties: {} } };
  const answer = await ask('cached', {
    messages: [
      {
        role: 'system',
        content: [
          { type: 'text', text: 'Long rules.', cache_control },
          { type: 'text', text: 'Be brief.' },
        ],
      },
      { role: 'user', content: [{ type: 'text', text: 'Where are the keys?', cache_control }] },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'toolu_1', type: 'function', function: { name: 'look' } }],
      },
      { role: 'tool', tool_call_id: 'toolu_1', content: 'on the table', cache_control },
    ],
    tools: [{ type: 'function', function: look, cache_control }],
  });
  expect(sent.at(-1)!.body).toMatchObject({
    system: [{ text: 'Long rules.', cache_control }, { text: 'Be brief.' }],
    tools: [{ name: 'look', cache_control }],
    messages: [
      { content: [{ text: 'Where are the keys?', cache_control }] },
      { content: [{ type: 'tool_use' }] },
      { content: [{ type: 'tool_result', cache_control }] },
    ],
  });
  expect(answer.headers['x-vx11-dropped']).toBeUndefined();
  expect(answer.body).toMatchObject({
    usage: {
      prompt_tokens: 161,
      prompt_tokens_details: { cached_tokens: 100, cache_write_tokens: 50 },
    },
  });
});

test('its errors are read like those of others: before content another answers, after it the stream ends with one', async () => {
  const limited = await ask('limited');
  expect(limited.status).toBe(429);
  expect((await limited.decision()).tries[0]).toMatchObject({
    failure: 'rate_limited',
    status: 429,
  });
  expect(sent.filter(({ body }) => body.model === 'limited')).toHaveLength(1);
  const before = await ask('error-before', { stream: true });
  expect(before.status).toBe(502);
  const after = await ask('error-after', { stream: true });
  expect(textIn(after.events)).toBe('Hel');
  expect(errorIn(after)).toMatchObject({ code: 'upstream_error' });
  expect(after.events).not.toContain('[DONE]');
});
