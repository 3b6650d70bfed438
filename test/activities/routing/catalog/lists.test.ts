import { afterEach, describe, expect, test } from 'vitest';
import { capFetch } from '../../../../activities/providers/fetch.ts';
import { listLimits } from '../../../../activities/routing/catalog/list/ask.ts';
import type { Catalog } from '../../../../activities/routing/catalog/catalog.ts';
import { load, modelOf } from './load.ts';
import { says, startListServer, type Answers, type ListServer } from './list-server.ts';

const servers: ListServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

/** A server, and the catalog after its list was read, for an entry that may change with its address. */
async function listed(
  answers: Answers,
  entry: string,
  env: Record<string, string> = {},
): Promise<{ server: ListServer; catalog: Catalog }> {
  const server = await startListServer(answers);
  servers.push(server);
  const file = `providers: [{ ${entry.replace('URL', server.url)} }]`;
  const live = await load(env, file, { fetch: capFetch(listLimits) });
  await live.refresh();
  return { server, catalog: live.current() };
}

const contexts = ({ models }: Catalog): Record<string, number | null> =>
  Object.fromEntries([...models].map(([id, { target }]) => [id, target.context]));

test('OpenAI: a list of ids, asked with the key, of which those that chat or embed are taken', async () => {
  const rows = [
    'gpt-9',
    'text-embedding-3-small',
    'whisper-1',
    'tts-1-hd',
    'omni-moderation-latest',
    'dall-e-3',
  ];
  const data = rows.map((id) => ({ id, object: 'model', created: 1, owned_by: 'x' }));
  const entry = 'id: house, base_url: "URL/v1", key_env: HOUSE';
  const { server, catalog } = await listed(
    { '/v1/models': says({ object: 'list', data }) },
    entry,
    {
      HOUSE: 'sk-house',
    },
  );
  expect(server.asked).toMatchObject([
    { method: 'GET', path: '/v1/models', headers: { authorization: 'Bearer sk-house' } },
  ]);
  expect([...catalog.models.keys()].toSorted()).toEqual([
    'house/gpt-9',
    'house/text-embedding-3-small',
  ]);
  expect(modelOf(catalog, 'house/text-embedding-3-small').target.can).toEqual(['embed']);
  expect(catalog.providers[0]!.list).toMatchObject({ state: 'ok', models: 2 });
  // what nobody vouches for answers by name only
  expect(modelOf(catalog, 'house/gpt-9')).toMatchObject({
    auto: false,
    target: { price: null, context: null },
  });
});

test('a bare array with types and prices for a million tokens', async () => {
  const rows = [
    {
      id: 'org/Chat',
      type: 'chat',
      context_length: 131072,
      pricing: { input: 0.88, output: 1.2, base: 0 },
    },
    { id: 'org/Draw', type: 'image', pricing: { input: 1, output: 1 } },
    { id: 'org/Unpriced', type: 'chat', context_length: 4096, pricing: { input: 0, output: 0 } },
  ];
  const { catalog } = await listed({ '/v1/models': says(rows) }, 'id: house, base_url: "URL/v1"');
  expect(contexts(catalog)).toEqual({ 'house/org/Chat': 131072, 'house/org/Unpriced': 4096 });
  const chat = modelOf(catalog, 'house/org/Chat');
  expect(chat.target.price).toEqual({ in: 0.88, out: 1.2, cached: 0.88 });
  expect(chat.sources.price).toEqual({ from: 'list', day: '2026-11-29' });
  expect(modelOf(catalog, 'house/org/Unpriced').target.price).toBeNull();
});

test('prices for a token, capabilities and the limits of the serving end', async () => {
  const row = {
    id: 'maker/wise',
    context_length: 200000,
    architecture: { input_modalities: ['text', 'image'], output_modalities: ['text'] },
    pricing: { prompt: '0.000003', completion: '0.000015', input_cache_read: '0.0000003' },
    top_provider: { context_length: 128000, max_completion_tokens: 64000 },
    supported_parameters: ['tools', 'structured_outputs', 'reasoning'],
  };
  const data = [
    row,
    { ...row, id: 'maker/draws', architecture: { output_modalities: ['image'] } },
    { ...row, id: 'maker/gift:free', pricing: { prompt: '0', completion: '0' } },
    { ...row, id: 'maker/auto', pricing: { prompt: '-1', completion: '-1' } },
  ];
  const { catalog } = await listed(
    { '*': says({ data }) },
    'id: openrouter, base_url: "URL/api/v1"',
    {
      OPENROUTER_API_KEY: 'k',
    },
  );
  expect(modelOf(catalog, 'openrouter/maker/wise').target).toMatchObject({
    context: 128000,
    max_output: 64000,
    price: { in: 3, out: 15, cached: 0.3 },
    can: ['tools', 'vision', 'json', 'reasoning'],
  });
  expect(catalog.models.has('openrouter/maker/draws')).toBe(false);
  expect(modelOf(catalog, 'openrouter/maker/gift:free').target.price).toEqual({
    in: 0,
    out: 0,
    cached: 0,
  });
  expect(modelOf(catalog, 'openrouter/maker/auto').target.price).toBeNull();
});

test('Mistral: capabilities of each model', async () => {
  const data = [
    {
      id: 'm-1',
      max_context_length: 32768,
      capabilities: { completion_chat: true, function_calling: true, vision: false },
    },
    { id: 'm-ocr', max_context_length: 16384, capabilities: { completion_chat: false } },
  ];
  const { catalog } = await listed({ '*': says({ data }) }, 'id: house, base_url: "URL/v1"');
  expect(modelOf(catalog, 'house/m-1').target).toMatchObject({
    context: 32768,
    can: ['tools', 'json'],
  });
  expect(catalog.models.has('house/m-ocr')).toBe(false);
});

test('llama.cpp: the context of one slot, not what the model was trained for', async () => {
  // as version 10.11549 of xllamacpp answers for 2 slots
  const data = [
    {
      id: 'smol',
      aliases: ['smol'],
      tags: [],
      object: 'model',
      architecture: { input_modalities: ['text', 'image'], output_modalities: ['text'] },
      created: 1795997903,
      owned_by: 'llamacpp',
      meta: { vocab_type: 2, n_ctx: 1024, n_ctx_train: 8192, n_params: 134515008, ftype: 'Q4_1' },
    },
  ];
  const models = [{ name: 'smol', model: 'smol', capabilities: ['completion'] }];
  const answer = says({ models, object: 'list', data });
  const { catalog } = await listed({ '*': answer }, 'id: box, base_url: "URL/v1", tags: [local]');
  expect(modelOf(catalog, 'box/smol')).toMatchObject({
    auto: true,
    target: { context: 1024, can: ['vision', 'json'], price: { in: 0, out: 0 }, data: 'local' },
  });
});

test('vLLM and Groq: the served length, and the window', async () => {
  const data = [
    { id: 'a', owned_by: 'vllm', max_model_len: 16384 },
    { id: 'b', context_window: 8192, max_completion_tokens: 4096 },
  ];
  const { catalog } = await listed({ '*': says({ data }) }, 'id: vllm, base_url: "URL/v1"');
  expect(contexts(catalog)).toEqual({ 'vllm/a': 16384, 'vllm/b': 8192 });
  expect(modelOf(catalog, 'vllm/a').target.can).toEqual(['json']);
  expect(modelOf(catalog, 'vllm/b').target.max_output).toBe(4096);
});

test('Anthropic: pages, with its own headers', async () => {
  const answers: Answers = {
    '/v1/models': (response, { path }) => {
      const second = path.includes('after_id=claude-a');
      says({
        data: [{ type: 'model', id: second ? 'claude-b' : 'claude-a' }],
        has_more: !second,
        last_id: second ? 'claude-b' : 'claude-a',
      })(response);
    },
  };
  const entry = 'id: house, kind: anthropic, base_url: "URL/v1", key_env: HOUSE';
  const { server, catalog } = await listed(answers, entry, { HOUSE: 'sk-ant' });
  expect([...catalog.models.keys()]).toEqual(['house/claude-a', 'house/claude-b']);
  expect(server.asked).toHaveLength(2);
  expect(server.asked[1]!.headers).toMatchObject({
    'x-api-key': 'sk-ant',
    'anthropic-version': '2023-06-01',
  });
  expect(server.asked[1]!.headers.authorization).toBeUndefined();
});

test('Gemini: pages, names without their folder, and only what generates', async () => {
  const first = {
    models: [
      {
        name: 'models/gemini-9',
        inputTokenLimit: 1048576,
        outputTokenLimit: 65536,
        supportedGenerationMethods: ['generateContent'],
      },
      {
        name: 'models/embedder',
        inputTokenLimit: 2048,
        supportedGenerationMethods: ['embedContent'],
      },
    ],
    nextPageToken: 'p2',
  };
  const second = { models: [{ name: 'models/gemini-8', inputTokenLimit: 32768 }] };
  const answers: Answers = {
    '*': (response, { path }) => says(path.includes('pageToken=p2') ? second : first)(response),
  };
  const entry = 'id: gemini, base_url: "URL/v1beta"';
  const { server, catalog } = await listed(answers, entry, { GEMINI_API_KEY: 'g' });
  expect(server.asked[0]!.headers['x-goog-api-key']).toBe('g');
  expect(server.asked[0]!.path).not.toContain('key=');
  expect(modelOf(catalog, 'gemini/gemini-9').target).toMatchObject({
    context: 1048576,
    max_output: 65536,
  });
  expect(modelOf(catalog, 'gemini/gemini-8').target.context).toBe(32768);
  expect(modelOf(catalog, 'gemini/embedder').target.can).toEqual(['embed']);
});

describe('Ollama', () => {
  const show: Record<string, unknown> = {
    'smol:latest': {
      capabilities: ['completion'],
      parameters: 'num_ctx    8192\nstop "x"',
      model_info: { 'llama.context_length': 2048 },
    },
    'qwen:4b': {
      capabilities: ['completion', 'tools', 'thinking'],
      model_info: { 'qwen3.context_length': 40960 },
    },
    'big:70b': {
      capabilities: ['completion', 'vision'],
      model_info: { 'llama.context_length': 131072 },
    },
    'nomic:latest': { capabilities: ['embedding'] },
  };
  const answers = (): Answers => ({
    '/api/tags': says({
      models: [...Object.keys(show), 'odd:1'].map((name) => ({ name, size: 1 })),
    }),
    '/api/ps': says({ models: [{ name: 'big:70b', context_length: 16384, expires_at: 'x' }] }),
    '/api/show': (response, { body }) => {
      const { model } = JSON.parse(body) as { model: string };
      says(show[model] ?? 'no', model in show ? 200 : 500)(response);
    },
  });

  test('the context with which a model runs, or would', async () => {
    const { catalog } = await listed(answers(), 'id: ollama, base_url: "URL/v1"');
    expect(contexts(catalog)).toEqual({
      'ollama/smol:latest': 2048, // asks for more than the model has
      'ollama/qwen:4b': 4096, // what the server gives unasked
      'ollama/big:70b': 16384, // loaded
      'ollama/nomic:latest': 4096,
      'ollama/odd:1': 4096, // its details failed
    });
    expect(modelOf(catalog, 'ollama/nomic:latest').target.can).toEqual(['embed']);
    expect(modelOf(catalog, 'ollama/qwen:4b').target.can).toEqual(['json', 'tools', 'reasoning']);
  });

  test('without models it is no failure', async () => {
    const { catalog } = await listed(
      { '/api/tags': says({ models: [] }) },
      'id: ollama, base_url: "URL"',
    );
    expect(catalog.providers[0]!.list).toMatchObject({ state: 'ok', models: 0 });
  });

  test('the context of the file wins, since requests ask for it', async () => {
    const { catalog } = await listed(
      answers(),
      'id: ollama, base_url: "URL", models: [{ id: "qwen:4b", context: 32768 }]',
    );
    expect(contexts(catalog)).toEqual({ 'ollama/qwen:4b': 32768 });
    expect(modelOf(catalog, 'ollama/qwen:4b').sources).toMatchObject({
      context: { from: 'file' },
      can: { from: 'list' },
    });
  });
});

test('a hosted provider: what its list lacks answers by name only, and its dated names stand for the others', async () => {
  const data = ['claude-haiku-4-5-20251001', 'claude-opus-5-5', 'claude-fable-5-next'].map(
    (id) => ({
      id,
    }),
  );
  const { catalog } = await listed({ '*': says({ data }) }, 'id: anthropic, base_url: "URL/v1"', {
    ANTHROPIC_API_KEY: 'k',
  });
  expect(modelOf(catalog, 'anthropic/claude-haiku-4-5').auto).toBe(true);
  expect(modelOf(catalog, 'anthropic/claude-opus-5-5').auto).toBe(true);
  const other = modelOf(catalog, 'anthropic/claude-fable-5');
  expect(other).toMatchObject({ auto: false, target: { enabled: true } });
});
