import type { Exchange } from './scripted-provider.ts';

type Behaviour = (exchange: Exchange) => void | Promise<void>;

const usage = { prompt_tokens: 9, completion_tokens: 3, total_tokens: 12 };
const error = (message: string, code: string | number | null = null, more = {}) => ({
  error: { message, type: code, code, ...more },
});

/** An answer of these words, as the request asks for it. */
const say = (
  { body, json, ...stream }: Exchange,
  words: string[],
  more: object = { usage },
): void => {
  if (body.stream !== true) {
    const message = { role: 'assistant', content: words.join('') };
    const choices = [{ index: 0, message, finish_reason: 'stop', logprobs: { kept: true } }];
    json(200, {
      id: 'up-1',
      object: 'chat.completion',
      created: 1,
      model: body.model,
      choices,
      ...more,
    });
    return;
  }
  stream.begin();
  stream.delta({ role: 'assistant', content: '' });
  for (const content of words) stream.delta({ content });
  stream.delta({}, 'stop');
  if (body['stream_options'] !== undefined) stream.data({ id: 'up-1', choices: [], ...more });
  stream.done();
};
const ok = (exchange: Exchange): void => say(exchange, ['Hel', 'lo', '.']);

const toolPart = (part: object) => ({ tool_calls: [part] });

/** What the scripted provider does, by the name of the model. */
export const behaviours: Readonly<Record<string, Behaviour>> = {
  ok,
  fine: ok,
  'slow-first': async (one) => {
    await one.pause(Number(one.argument));
    ok(one);
  },
  'slow-chunks': async (one) => {
    one.begin();
    for (let nth = 0; nth < 20; nth += 1) {
      one.delta({ content: `${nth} ` });
      await one.pause(Number(one.argument));
    }
    one.delta({}, 'stop');
    one.done();
  },
  comments: async (one) => {
    one.begin();
    for (let nth = 0; nth < 3; nth += 1) {
      one.write(': keep-alive\n\n');
      await one.pause(30);
    }
    one.delta({ content: 'late' });
    one.delta({}, 'stop');
    one.done();
  },
  hang: async (one) => {
    if (one.body.stream === true) one.begin();
    await one.pause(60_000);
  },
  'stall-after': async (one) => {
    one.begin();
    one.delta({ content: 'so far' });
    await one.pause(60_000);
  },
  /** A good answer that tells that nothing is left for so many seconds. */
  'last-for': (one) =>
    one.json(
      200,
      {
        id: 'up-1',
        object: 'chat.completion',
        choices: [
          { index: 0, message: { role: 'assistant', content: 'Hi.' }, finish_reason: 'stop' },
        ],
        usage,
      },
      { 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': `${one.argument}s` },
    ),
  '429-seconds': (one) =>
    one.json(429, error('Rate limit reached'), { 'retry-after': one.argument }),
  '429-ms': (one) => one.json(429, error('slow down'), { 'retry-after-ms': one.argument }),
  '429-date': (one) =>
    one.json(429, error('slow down'), {
      'retry-after': new Date(Date.now() + Number(one.argument) * 1000).toUTCString(),
    }),
  '429-reset': (one) =>
    one.json(429, error('Rate limit reached'), {
      'x-ratelimit-remaining-requests': '0',
      'x-ratelimit-reset-requests': `${one.argument}s`,
    }),
  '429-body': (one) =>
    one.json(429, [
      error('Resource has been exhausted', 429, {
        status: 'RESOURCE_EXHAUSTED',
        details: [{ retryDelay: `${one.argument}s` }],
      }),
    ]),
  '429-days': (one) =>
    one.json(429, error('You have hit your usage limit, resets in 6 days'), {
      'retry-after': '518400',
    }),
  '429-account': (one) =>
    one.json(429, error('The rate limit of this account is reached'), { 'retry-after': '30' }),
  '429-once': (one) =>
    one.nth === 0
      ? one.json(429, error('Rate limit reached'), { 'retry-after-ms': '250' })
      : ok(one),
  '429-money': (one) =>
    one.json(429, error('You exceeded your current quota', 'insufficient_quota')),
  '529': (one) =>
    one.json(529, { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }),
  '500': (one) => one.json(500, error('boom')),
  '503-loading': (one) => one.json(503, error('Loading model', 503)),
  '402': (one) => one.json(402, error('Insufficient Balance')),
  '401': (one) =>
    one.json(
      401,
      error(
        `Incorrect API key provided: ${one.headers.authorization?.slice(7)}`,
        'invalid_api_key',
      ),
    ),
  '403': (one) => one.json(403, error('forbidden')),
  '404': (one) => one.json(404, error('The model does not exist', 'model_not_found')),
  '410': (one) => one.json(410, error('gone')),
  '400': (one) => one.json(400, error("'messages' must alternate", 'invalid_value')),
  '422': (one) => one.json(422, { detail: 'temperature must be below 2' }),
  'no-credit': (one) =>
    one.json(400, error('Your credit balance is too low. Please go to Plans & Billing.')),
  'bad-key': (one) =>
    one.json(400, [
      error('API key not valid. Please pass a valid API key.', 400, { status: 'INVALID_ARGUMENT' }),
    ]),
  'no-seed': (one) => one.json(400, error("'seed' is not supported", 'unsupported_parameter')),
  'no-tools': (one) => one.json(400, error('This model does not support tools')),
  'too-long': (one) =>
    one.json(
      400,
      error(
        "This model's maximum context length is 4096 tokens. Please reduce the length",
        'context_length_exceeded',
      ),
    ),
  'too-long-words': (one) =>
    one.json(400, error('input is too long for this deployment, 9000 tokens exceed it')),
  'too-long-stream': (one) => {
    one.begin();
    one.data(error('the prompt is too long: it exceeds the context window'));
    one.done();
  },
  'cut-at': async (one) => {
    one.begin();
    for (let nth = 0; nth < Number(one.argument); nth += 1) one.delta({ content: `${nth} ` });
    await one.cut();
  },
  'clean-end': (one) => {
    one.begin();
    one.delta({ content: 'half an ans' });
    one.done();
  },
  'error-before': (one) => {
    one.begin();
    one.delta({ role: 'assistant', content: '' });
    one.data(error('upstream exploded', 502));
    one.done();
  },
  'error-after': (one) => {
    one.begin();
    one.delta({ content: 'so far' });
    one.data(error('upstream exploded', 502));
    one.done();
  },
  'error-200': (one) => one.json(200, error('overloaded', 503)),
  'finish-error': (one) => {
    one.begin();
    one.delta({ content: '' }, 'error');
    one.done();
  },
  'cut-json': (one) => {
    one.begin();
    one.write('data: {"choices":[{"index":0,"del\n\n');
    one.done();
  },
  empty: (one) => say(one, []),
  'empty-once': (one) => (one.nth === 0 ? say(one, []) : ok(one)),
  'not-json': (one) => say(one, ['Sure, here you are']),
  json: (one) => say(one, ['{"n":', '1}']),
  'wrong-usage': (one) =>
    say(one, ['ok'], { usage: { prompt_tokens: 40, completion_tokens: 1, total_tokens: 41 } }),
  'no-usage': (one) => say(one, ['ok'], {}),
  /** One vector for each input, as long as the argument says; `few` gives one less. */
  vectors: (one) => {
    const inputs = [one.body['input']].flat();
    const missing = one.argument === 'few' ? 1 : 0;
    const data = inputs.slice(missing).map((input, index) => ({
      object: 'embedding',
      index,
      embedding: [0.5, String(input).length, -1],
    }));
    const counted = { prompt_tokens: 6, total_tokens: 6 };
    one.json(200, { object: 'list', model: one.body.model, data, usage: counted });
  },
  oversized: async (one) => {
    one.begin();
    for (let nth = 0; nth < 100; nth += 1) one.delta({ content: 'x'.repeat(64 * 1024) });
    one.delta({}, 'stop');
    one.done();
  },
  filtered: (one) => {
    one.begin();
    one.delta({ content: 'I' });
    one.delta({}, 'content_filter');
    one.done();
  },
  tools: (one) => {
    one.begin();
    const call = (id: string, name: string) => ({
      index: 0,
      id,
      type: 'function',
      function: { name, arguments: '' },
    });
    one.delta({ role: 'assistant', content: null });
    one.delta(toolPart({ ...call('call_a', 'first') }));
    one.delta(toolPart({ index: 0, function: { arguments: '{"a":1}' } }));
    one.delta(toolPart({ ...call('call_b', 'second'), index: 1 }));
    one.delta(toolPart({ index: 1, function: { arguments: '{"b":2}' } }));
    one.delta({}, 'tool_calls');
    one.done();
  },
  'no-index': (one) => {
    one.begin();
    one.delta(
      toolPart({ id: 'call_a', type: 'function', function: { name: 'first', arguments: '{"a":' } }),
    );
    one.delta(toolPart({ function: { arguments: '1}' } }));
    one.delta(
      toolPart({
        id: 'call_b',
        type: 'function',
        function: { name: 'second', arguments: '{"b":2}' },
      }),
    );
    one.delta({}, 'tool_calls');
    one.done();
  },
  'same-index': (one) => {
    one.begin();
    one.delta(
      toolPart({
        index: 0,
        id: 'call_a',
        type: 'function',
        function: { name: 'first', arguments: '{}' },
      }),
    );
    one.delta(
      toolPart({
        index: 0,
        id: 'call_b',
        type: 'function',
        function: { name: 'second', arguments: '{}' },
      }),
    );
    one.delta({}, 'tool_calls');
    one.done();
  },
  /** It ends as if it were complete. */
  'broken-tool': (one) => {
    const call = {
      id: 'call_a',
      type: 'function',
      function: { name: 'first', arguments: '{"a":' },
    };
    if (one.body.stream === true) {
      one.begin();
      one.delta(toolPart({ index: 0, ...call }));
      one.delta({}, 'tool_calls');
      one.done();
      return;
    }
    const message = { role: 'assistant', content: null, tool_calls: [call] };
    one.json(200, { choices: [{ index: 0, message, finish_reason: 'tool_calls' }], usage });
  },
  'half-tool': async (one) => {
    one.begin();
    one.delta(
      toolPart({
        index: 0,
        id: 'call_a',
        type: 'function',
        function: { name: 'first', arguments: '{"a":' },
      }),
    );
    await one.cut();
  },
};
