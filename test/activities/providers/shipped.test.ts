import { readFile, stat } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { providerQuirks } from '../../../contracts/provider.ts';
import { capability, tokenPrice } from '../../../contracts/routing.ts';
import { knownProviders } from '../../../activities/routing/catalog/known/known-providers.ts';
import { shippedProvider } from '../../../activities/providers/shipped/shipped.ts';
import { hasEnded, shutdownOf } from '../../../activities/providers/shipped/shutdown.ts';
import { columns, letters } from '../../../scripts/condense/columns.ts';

const folder = new URL('../../../activities/providers/shipped/', import.meta.url);
const json = async (name: string) =>
  JSON.parse(await readFile(new URL(name, folder), 'utf8')) as {
    columns: string[];
    letters: unknown;
    sources: Record<string, { package: string; day: string }>;
    providers: Record<string, { source: string; models: unknown[][] }>;
  };

test('the data is small, dated, and names its sources as the notice does', async () => {
  const sizes = await Promise.all(
    ['models.json', 'ends.json'].map(async (name) => (await stat(new URL(name, folder))).size),
  );
  expect(sizes[0]! + sizes[1]!).toBeLessThan(300 * 1024);
  const { sources, ...models } = await json('models.json');
  expect(models).toMatchObject({ columns, letters });
  const notice = await readFile(new URL('NOTICE', folder), 'utf8');
  expect(notice).toContain('MIT License');
  for (const { package: name, day } of Object.values(sources)) {
    expect(notice).toContain(name);
    expect(day).toMatch(/^2026-\d\d-\d\d$/);
  }
});

test('every shipped model is of a known provider, and all of it can be read', async () => {
  const { providers } = await json('models.json');
  expect(Object.keys(providers).length).toBeGreaterThan(30);
  for (const [id, { models }] of Object.entries(providers)) {
    expect(knownProviders.has(id), id).toBe(true);
    const shipped = [...shippedProvider(id)!.models.values()];
    expect(shipped).toHaveLength(models.length);
    for (const model of shipped) {
      capability.array().parse(model.can);
      providerQuirks.partial().parse(model.quirks);
      if (model.price !== null) tokenPrice.parse(model.price);
      expect(model.price?.in === 0 && !model.id.endsWith(':free'), `${id}/${model.id}`).toBe(false);
    }
  }
});

test('every announced end is of a known provider', async () => {
  const { providers } = await json('ends.json');
  for (const [id, { models }] of Object.entries(providers)) {
    expect(knownProviders.has(id), id).toBe(true);
    for (const [model, day] of models) expect(shutdownOf(id, String(model))?.day).toBe(day);
  }
});

test('a model ends with the first moment of its day, in UTC', () => {
  const end = shutdownOf('deepseek', 'deepseek-chat')!;
  expect(end).toEqual({ day: '2026-07-24', successor: null });
  expect(hasEnded(end, Date.UTC(2026, 6, 23, 23, 59))).toBe(false);
  expect(hasEnded(end, Date.UTC(2026, 6, 24))).toBe(true);
  expect(shutdownOf('deepseek', 'deepseek-flash')).toBeNull();
  expect(shutdownOf('constructor', 'name')).toBeNull();
  expect(shippedProvider('constructor')).toBeNull();
});
