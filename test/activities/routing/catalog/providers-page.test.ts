import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { providerEntry, providerTag } from '../../../../contracts/provider.ts';
import { readProvidersFile } from '../../../../activities/routing/catalog/file/providers-file.ts';
import { knownProviders } from '../../../../activities/routing/catalog/known/known-providers.ts';
import { catalogOf, modelOf } from './load.ts';

const page = await readFile(new URL('../../../../docs/providers.md', import.meta.url), 'utf8');
const example = /```yaml\n([\s\S]*?)```/.exec(page)![1]!;

test('the example of the page can be read, and means what its comments say', async () => {
  expect(readProvidersFile('providers.yaml', example)).toHaveLength(6);
  const keys = { OPENAI_API_KEY: 'a', OPENAI_API_KEY_2: 'b', GPU_BOX_KEY: 'c' };
  const catalog = await catalogOf(keys, example);
  expect(catalog.notes).toEqual([]);
  expect(catalog.providers.map(({ id, kind, service, tags }) => [id, kind, service, tags])).toEqual(
    [
      ['ollama', 'ollama', 'ollama', ['local']],
      ['llama-cpp', 'openai', 'smol', ['local']],
      ['gpu-box', 'openai', null, ['local']],
      ['openai', 'openai', null, []],
      ['groq', 'openai', null, ['last_resort']],
      ['claude-code', 'cli', 'spawner', []],
    ],
  );
  const openai = [...catalog.models.values()].filter(({ provider }) => provider === 'openai');
  expect(openai.map(({ model }) => model)).toEqual(['gpt-5-mini', 'gpt-4.1']);
  expect(openai[0]!.target.keys).toHaveLength(2);
  expect(modelOf(catalog, 'ollama/qwen3:4b').target).toMatchObject({
    context: 16384,
    quality: 0.6,
  });
});

test('the table of the page is the list of known providers', () => {
  const rows = [...page.matchAll(/^\| `([\w-]+)` +\| (`[A-Z].*?) +\| `(https:\S+)` +\|/gm)];
  const known = [...knownProviders.values()].filter(({ keys }) => keys.length > 0);
  expect(rows.map(([, id, keys, url]) => [id, keys, url])).toEqual(
    known.map(({ id, keys, base_url }) => [
      id,
      keys.map((key) => `\`${key}\``).join(' or '),
      base_url,
    ]),
  );
});

test('the page names every field, tag and local server', () => {
  const names = [
    ...Object.keys(providerEntry.shape).filter((name) => name !== 'models'),
    ...Object.keys(providerEntry.shape.limits.unwrap().shape),
    ...providerTag.options,
    ...[...knownProviders.values()].flatMap(({ id, keys }) => (keys.length === 0 ? [id] : [])),
  ];
  expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});

test('the page gives the amounts of the shipped data', async () => {
  const count = async (name: string): Promise<string> => {
    const url = new URL(`../../../../activities/providers/shipped/${name}`, import.meta.url);
    const { providers } = JSON.parse(await readFile(url, 'utf8')) as {
      providers: Record<string, { models: unknown[] }>;
    };
    const all = Object.values(providers).reduce((sum, { models }) => sum + models.length, 0);
    return all.toLocaleString('en-US');
  };
  expect(page).toContain(`about ${await count('models.json')} models`);
  expect(page).toContain(`${await count('ends.json')} such days`);
});
