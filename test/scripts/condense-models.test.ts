import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { written } from '../../scripts/condense/columns.ts';
import { readLiteLlm } from '../../scripts/condense/litellm.ts';
import { readPiAi } from '../../scripts/condense/pi-ai.ts';

let folder: string;
const put = async (path: string, value: unknown): Promise<string> => {
  const file = join(folder, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, JSON.stringify(value));
  return file;
};
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'vx11-condense-'))));
afterAll(() => rm(folder, { recursive: true }));

const chat = (id: string, change: object = {}) => ({
  id,
  type: 'chat',
  reasoning: false,
  input: ['text'],
  contextWindow: 1000,
  maxTokens: 100,
  cost: { input: 1, output: 2, cacheRead: 0.5 },
  ...change,
});

test('a package of models is condensed to what routing needs', async () => {
  await put('pi/package.json', { version: '9.9.9' });
  await put('pi/dist/providers/data/.manifest.json', { generatedAt: '2026-11-20T10:48:49.496Z' });
  const names =
    'openai anthropic google mistral xai deepseek moonshotai zai minimax meta xiaomi groq together fireworks cerebras baseten nvidia opencode cloudflare-workers-ai openrouter huggingface vercel-ai-gateway';
  for (const name of names.split(' ')) await put(`pi/dist/providers/data/${name}.json`, {});
  const models = {
    a: chat('b-model', {
      reasoning: true,
      input: ['text', 'image'],
      compat: { supportsStrictMode: true },
    }),
    b: chat('a-model', { cost: { input: 0, output: 0, cacheRead: 0 } }),
    c: chat('gift:free', { cost: { input: 0, output: 0, cacheRead: 0 } }),
    d: chat('draws', { type: 'image' }),
    e: chat('bulk-batch'),
    f: { id: 'broken' },
    g: chat('thinker', {
      compat: {
        supportsTemperature: false,
        supportsStrictMode: false,
        requiresReasoningContentOnAssistantMessages: true,
      },
    }),
  };
  await put('pi/dist/providers/data/groq.json', { 'openai-completions': models });
  // only some of its protocols are reached at our address
  await put('pi/dist/providers/data/opencode.json', { 'google-generative-ai': models });
  const { version, day, providers } = await readPiAi(join(folder, 'pi'));
  expect([version, day]).toEqual(['9.9.9', '2026-11-20']);
  expect(providers['groq']).toEqual([
    ['a-model', 1000, 100, null, null, null, 'tj', ''],
    ['b-model', 1000, 100, 1, 2, 0.5, 'tvjr', 'S'],
    ['gift:free', 1000, 100, 0, 0, null, 'tj', ''],
    ['thinker', 1000, 100, 1, 2, 0.5, 't', 'TB'],
  ]);
  expect(providers['opencode']).toEqual([]);
});

test('ends, successors, and providers that only the other package has', async () => {
  const row = (litellm_provider: string, change: object = {}) => ({
    litellm_provider,
    mode: 'chat',
    max_input_tokens: 32768,
    input_cost_per_token: 0.0000012,
    output_cost_per_token: 0.000005,
    ...change,
  });
  const file = await put('litellm.json', {
    sample_spec: { litellm_provider: 'one of many', max_input_tokens: 'a text' },
    'nebius/org/live': row('nebius', {
      supports_function_calling: true,
      supports_response_schema: true,
    }),
    'nebius/org/ends': row('nebius', {
      deprecation_date: '2026-12-24',
      successor_model: 'nebius/org/live',
    }),
    'nebius/org/gone': row('nebius', { deprecation_date: '2026-11-29' }),
    'nebius/org/embeds': row('nebius', { mode: 'embedding' }),
    'nebius/org/unpriced': row('nebius', { input_cost_per_token: 0, output_cost_per_token: 0 }),
    'nebius/org/odd-day': row('nebius', { deprecation_date: 'soon' }),
    'gpt-pro': row('openai', { mode: 'responses' }),
    'nobody/x': row('nobody'),
    'perplexity/sonar': row('perplexity'),
    'perplexity/llama-2-70b-chat': row('perplexity'),
  });
  const { providers, ends, responsesOnly } = await readLiteLlm(file, '2026-11-29');
  expect(providers['nebius']).toEqual([
    ['org/ends', 32768, null, 1.2, 5, null, '', ''],
    ['org/live', 32768, null, 1.2, 5, null, 'tj', ''],
    ['org/odd-day', 32768, null, 1.2, 5, null, '', ''],
    ['org/unpriced', 32768, null, null, null, null, '', ''],
  ]);
  expect(ends['nebius']).toEqual([
    ['org/ends', '2026-12-24', 'org/live'],
    ['org/gone', '2026-11-29', null],
  ]);
  expect(providers['perplexity']!.map(([id]) => id)).toEqual(['sonar']);
  expect([...responsesOnly]).toEqual(['openai/gpt-pro']);
  expect(Object.keys(providers)).not.toContain('nobody');
});

test('the file has one model per line', () => {
  const text = written(
    { a: 1 },
    { p: { source: 's', models: [['m', 1, null, 1, 2, null, 't', '']] } },
  );
  expect(JSON.parse(text)).toEqual({
    a: 1,
    providers: { p: { source: 's', models: [['m', 1, null, 1, 2, null, 't', '']] } },
  });
  expect(text.split('\n').filter((line) => line.includes('"m"'))).toHaveLength(1);
});
