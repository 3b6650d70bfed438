import { expect, test } from 'vitest';
import { routingTarget } from '../../../../contracts/routing.ts';
import { knownProviders } from '../../../../activities/routing/catalog/known/known-providers.ts';
import { catalogOf, load, modelOf } from './load.ts';

test('without a key and without a file there are no targets', async () => {
  expect(await catalogOf({})).toMatchObject({ targets: [], providers: [], notes: [] });
});

test('every known provider but local servers is there by its key alone', async () => {
  const known = [...knownProviders.values()].filter(({ keys }) => keys.length > 0);
  expect(known.length).toBeGreaterThan(40);
  for (const { id, keys } of known) {
    const places = { AZURE_RESOURCE_NAME: 'mine', CLOUDFLARE_ACCOUNT_ID: 'a1' };
    const catalog = await catalogOf({ ...places, [keys[0]!]: `key-of-${id}` });
    const provider = catalog.providers.find((one) => one.id === id);
    expect(provider, id).toMatchObject({ keys: [{ env: keys[0], set: true }], in_file: false });
    expect(new URL(provider!.base_url).protocol).toBe('https:');
    expect(provider!.base_url).not.toMatch(/[{}]/);
    for (const target of catalog.targets) routingTarget.parse(target);
  }
});

test('a target has numbers with their source and day', async () => {
  const model = modelOf(await catalogOf({ DEEPSEEK_API_KEY: 'k' }), 'deepseek/deepseek-flash');
  expect(model.target).toMatchObject({
    enabled: true,
    context: 1_000_000,
    price: { in: 0.3, out: 1.2, cached: 0.006 },
    keys: [{ id: 'DEEPSEEK_API_KEY', block: null }],
  });
  expect(model.target.can).toContain('tools');
  expect(model.sources.price).toEqual({ from: 'shipped', day: '2026-11-20' });
  expect(model.quirks.reasoning_back).toBe(true);
});

test('the operator wins over the shipped data, field by field', async () => {
  const file = `
providers:
  - id: deepseek
    models:
      - { id: deepseek-flash, context: 64000, quality: 0.9, price: { in: 9, out: 9 } }
      - { id: my-tune }
    limits: { concurrency: 3 }`;
  const catalog = await catalogOf({ DEEPSEEK_API_KEY: 'k' }, file);
  expect([...catalog.models.keys()]).toEqual(['deepseek/deepseek-flash', 'deepseek/my-tune']);
  const { target, sources } = modelOf(catalog, 'deepseek/deepseek-flash');
  expect(target).toMatchObject({
    context: 64_000,
    max_output: 384_000,
    quality: 0.9,
    concurrency: 3,
  });
  expect(target.price).toEqual({ in: 9, out: 9, cached: 9 });
  expect(sources).toMatchObject({ context: { from: 'file' }, max_output: { from: 'shipped' } });
  const tune = modelOf(catalog, 'deepseek/my-tune');
  expect(tune.auto).toBe(true);
  expect(tune.target).toMatchObject({ price: null, context: null });
  expect(tune.sources.price).toBeNull();
});

test('a local server is free unless a price is given, and keeps its text here', async () => {
  const file = `
providers:
  - { id: ollama, base_url: 'http://ollama:11434/v1/', service: ollama, models: [{ id: smol }, { id: 'kimi:cloud' }] }
  - { id: box, base_url: 'http://box:4000', models: [{ id: any }] }
  - { id: house, base_url: 'http://house/v1', tags: [local], models: [{ id: big, price: { in: 1, out: 2 } }] }`;
  const catalog = await catalogOf({}, file);
  expect(catalog.providers[0]).toMatchObject({
    kind: 'ollama',
    base_url: 'http://ollama:11434',
    service: 'ollama',
    needs_key: false,
  });
  const smol = modelOf(catalog, 'ollama/smol');
  expect(smol.target).toMatchObject({
    data: 'local',
    price: { in: 0, out: 0 },
    needs_key: false,
    keys: [],
  });
  // it runs elsewhere, and is paid for
  expect(modelOf(catalog, 'ollama/kimi:cloud').target).toMatchObject({ data: 'any', price: null });
  // a program on this machine may be a door to paid models
  expect(modelOf(catalog, 'box/any').target).toMatchObject({ data: 'any', price: null });
  expect(modelOf(catalog, 'house/big').target.price).toEqual({ in: 1, out: 2, cached: 1 });
});

test('keys: all that are set, one for two names of one value, and none of their values anywhere', async () => {
  const file = `
providers:
  - { id: openai, key_env: FIRST, keys: [SECOND, THIRD, UNSET] }`;
  const env = {
    FIRST: 'sk-1',
    SECOND: 'sk-2',
    THIRD: 'sk-1',
    GEMINI_API_KEY: 'sk-3',
    GOOGLE_GENERATIVE_AI_API_KEY: 'sk-3',
  };
  const catalog = await catalogOf(env, file);
  expect(catalog.providers.map(({ id, keys }) => [id, keys])).toEqual([
    [
      'openai',
      [
        { env: 'FIRST', set: true },
        { env: 'SECOND', set: true },
        { env: 'UNSET', set: false },
      ],
    ],
    ['gemini', [{ env: 'GEMINI_API_KEY', set: true }]],
  ]);
  expect(modelOf(catalog, 'openai/gpt-4o').target.keys.map(({ id }) => id)).toEqual([
    'FIRST',
    'SECOND',
  ]);
  expect(JSON.stringify([catalog, [...catalog.models]])).not.toMatch(/sk-\d/);
});

test('what cannot be sent as a key is not used, and is noted without its value', async () => {
  const env = {
    OPENAI_API_KEY: 'sk-Secret\n',
    GROQ_API_KEY: 'two words',
    DEEPSEEK_API_KEY: 'sk-fine',
  };
  const catalog = await catalogOf(env, 'providers: [{ id: groq }]');
  expect(catalog.providers.map(({ id, keys }) => [id, keys[0]!.set])).toEqual([
    ['groq', false],
    ['deepseek', true],
  ]);
  expect(catalog.notes.map((note) => note.split(' is not used')[0])).toEqual([
    'OPENAI_API_KEY',
    'GROQ_API_KEY',
  ]);
  expect(JSON.stringify(catalog)).not.toMatch(/Secret|two words/);
});

test('a provider of the file without its key is there, and its targets lack a key', async () => {
  const catalog = await catalogOf({}, 'providers: [{ id: groq }]');
  expect(catalog.providers[0]!.keys).toEqual([{ env: 'GROQ_API_KEY', set: false }]);
  expect(catalog.targets[0]).toMatchObject({ needs_key: true, keys: [] });
});

test('a program that has the name of a known provider is not that provider, and needs no key', async () => {
  const entry = '{ id: opencode, kind: cli, program: opencode, models: [{ id: default }] }';
  const { providers, targets } = await catalogOf({}, `providers: [${entry}]`);
  expect(providers[0]).toMatchObject({ keys: [], base_url: '', program: { memory_mb: 1024 } });
  expect(targets[0]).toMatchObject({ needs_key: false });
});

test('tags turn a provider off, or make it the last resort', async () => {
  const env = { OPENAI_API_KEY: 'a', GROQ_API_KEY: 'b' };
  const file =
    'providers: [{ id: openai, tags: [off] }, { id: groq, tags: [last_resort, no_retention] }]';
  const { targets } = await catalogOf(env, file);
  const [openai, groq] = ['openai/', 'groq/'].map((id) =>
    targets.filter((one) => one.id.startsWith(id)),
  );
  expect(openai!.every(({ enabled }) => !enabled)).toBe(true);
  expect(groq!.every(({ last_resort, data }) => last_resort && data === 'no_retention')).toBe(true);
});

test('models of a router are chosen unasked only if they are listed in the file or alone', async () => {
  const autos = async (env: Record<string, string>, file?: string) =>
    [...(await catalogOf(env, file)).models.values()]
      .filter(({ auto }) => auto)
      .map(({ provider }) => provider);
  const both = { OPENROUTER_API_KEY: 'a', DEEPSEEK_API_KEY: 'b' };
  expect(new Set(await autos(both))).toEqual(new Set(['deepseek']));
  expect((await autos({ OPENROUTER_API_KEY: 'a' })).length).toBeGreaterThan(100);
  const listed = 'providers: [{ id: openrouter, models: [{ id: openai/gpt-4o }] }]';
  expect(new Set(await autos(both, listed))).toEqual(new Set(['openrouter', 'deepseek']));
});

test('an unknown price is null, never 0', async () => {
  const catalog = await catalogOf({
    NVIDIA_API_KEY: 'a',
    GEMINI_API_KEY: 'b',
    OPENROUTER_API_KEY: 'c',
  });
  const free = catalog.targets.filter(({ price }) => price?.in === 0 || price?.out === 0);
  expect(free.every(({ id }) => id.endsWith(':free'))).toBe(true);
  expect(catalog.targets.some(({ price }) => price === null)).toBe(true);
});

test('a model that was shut down is off, and one that the operator names is noted', async () => {
  const env = { DEEPSEEK_API_KEY: 'a', ANTHROPIC_API_KEY: 'b', GEMINI_API_KEY: 'c' };
  const file =
    'providers: [{ id: deepseek, models: [{ id: deepseek-chat }, { id: deepseek-flash }] }]';
  const catalog = await catalogOf(env, file);
  expect(modelOf(catalog, 'deepseek/deepseek-chat')).toMatchObject({
    auto: false,
    target: { enabled: false },
  });
  expect(catalog.notes).toEqual([
    'deepseek/deepseek-chat was shut down on 2026-07-24. Remove it from VX11_PROVIDERS_FILE.',
  ]);
  // its last day is today
  const last = modelOf(catalog, 'anthropic/claude-sonnet-4-5');
  expect(last).toMatchObject({
    target: { enabled: true },
    ends: { day: '2026-11-30', successor: 'claude-sonnet-5-5' },
  });
  const gone = modelOf(catalog, 'gemini/gemini-3.1-flash-lite-preview');
  expect(gone).toMatchObject({
    target: { enabled: false },
    ends: { successor: 'gemini-3.1-flash-lite' },
  });
});

test('a model that only another protocol reaches is off', async () => {
  const model = modelOf(await catalogOf({ OPENAI_API_KEY: 'a' }), 'openai/gpt-5.2-pro');
  expect(model).toMatchObject({
    auto: false,
    quirks: { responses_only: true },
    target: { enabled: false },
  });
});

test('an address that needs another variable is noted', async () => {
  const catalog = await catalogOf({ AZURE_API_KEY: 'a', CLOUDFLARE_API_KEY: 'b' });
  expect(catalog.providers).toEqual([]);
  expect(catalog.notes).toEqual([
    'azure is not used: set AZURE_RESOURCE_NAME to complete its address.',
    'cloudflare is not used: set CLOUDFLARE_ACCOUNT_ID to complete its address.',
  ]);
});

test('the version of a catalog changes with what it says, and with nothing else', async () => {
  const [one, same, other] = await Promise.all([
    catalogOf({ GROQ_API_KEY: 'a' }),
    catalogOf({ GROQ_API_KEY: 'b' }),
    catalogOf({ GROQ_API_KEY: 'a' }, 'providers: [{ id: groq, limits: { concurrency: 2 } }]'),
  ]);
  expect(same.version).toBe(one.version);
  expect(other.version).not.toBe(one.version);
});

test('a file that cannot be read stops the start, with its path and what to do', async () => {
  const error = Object.assign(new Error('secret of the system'), { code: 'ENOENT' });
  const reading = load({}, '', { readFile: () => Promise.reject(error) });
  await expect(reading).rejects.toThrow(
    'VX11_PROVIDERS_FILE is "providers.yaml", which cannot be read (ENOENT). Correct the path, or unset it.',
  );
});

test('a router of one’s own is asked without retries and fallbacks of its own', async () => {
  const file =
    'providers: [{ id: litellm, base_url: "http://10.0.0.7:4000/v1", models: [{ id: a }] }]';
  const catalog = await catalogOf({}, file);
  expect(modelOf(catalog, 'litellm/a').quirks.adds).toEqual({
    num_retries: 0,
    disable_fallbacks: true,
  });
  expect(catalog.providers[0]).toMatchObject({ router: true, tags: [] });
});
