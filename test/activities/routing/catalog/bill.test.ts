import { expect, test } from 'vitest';
import { billOf } from '../../../../activities/routing/catalog/prices/bill.ts';
import { catalogOf, modelOf, now } from './load.ts';

const usage = (change: object) => ({ in: 0, out: 0, cached: 0, cache_write: 0, ...change });
const env = {
  GEMINI_API_KEY: 'a',
  DEEPSEEK_API_KEY: 'b',
  ANTHROPIC_API_KEY: 'c',
  NVIDIA_API_KEY: 'd',
};
const bill = async (id: string, change: object, at = now, file?: string) =>
  billOf(modelOf(await catalogOf(env, file), id), usage(change), at);

test('tiers of large prompts count, which the numbers of the catalog do not know', async () => {
  const small = await bill('gemini/gemini-2.5-pro', { in: 100_000, out: 1000 });
  const large = await bill('gemini/gemini-2.5-pro', { in: 300_000, out: 1000 });
  expect(small).toEqual({ usd: expect.closeTo(0.135) as number, from: 'genai-prices' });
  expect(large).toEqual({ usd: expect.closeTo(0.765) as number, from: 'genai-prices' });
});

test('cached tokens cost less, and writing a cache costs more', async () => {
  const id = 'anthropic/claude-sonnet-4-5';
  const [plain, cached, written] = await Promise.all([
    bill(id, { in: 10_000 }),
    bill(id, { in: 10_000, cached: 9000 }),
    bill(id, { in: 10_000, cache_write: 9000 }),
  ]);
  expect(plain.usd).toBeCloseTo(0.03);
  expect(cached.usd!).toBeLessThan(plain.usd!);
  expect(written.usd!).toBeGreaterThan(plain.usd!);
});

test('the price of the hour counts', async () => {
  const at = (hour: number): Promise<{ usd: number | null }> =>
    bill('deepseek/deepseek-v4-pro', { in: 1_000_000 }, Date.UTC(2026, 10, 27, hour));
  const hours = await Promise.all(Array.from({ length: 24 }, (_, hour) => at(hour)));
  expect(new Set(hours.map(({ usd }) => usd)).size).toBeGreaterThan(1);
});

test('the catalog settles what the price list does not know', async () => {
  expect(
    await bill('deepseek/deepseek-flash', { in: 1_000_000, cached: 500_000, out: 100_000 }),
  ).toEqual({
    usd: expect.closeTo(0.15 + 0.003 + 0.12) as number,
    from: 'catalog',
  });
});

test("the operator's price settles before all others, and free is 0", async () => {
  const file = `
providers:
  - { id: gemini, models: [{ id: gemini-2.5-pro, price: { in: 2, out: 4, cached: 1 } }] }
  - { id: ollama, base_url: 'http://ollama:11434', models: [{ id: smol }] }`;
  expect(
    await bill('gemini/gemini-2.5-pro', { in: 1000, cached: 500, out: 1000 }, now, file),
  ).toEqual({
    usd: expect.closeTo(0.0055) as number,
    from: 'file',
  });
  expect(await bill('ollama/smol', { in: 1000, out: 1000 }, now, file)).toEqual({
    usd: 0,
    from: 'catalog',
  });
});

test('an unknown price is an unknown bill, never 0', async () => {
  const catalog = await catalogOf(env);
  const unpriced = [...catalog.models.values()].filter(({ target }) => target.price === null);
  expect(unpriced.length).toBeGreaterThan(0);
  for (const model of unpriced)
    expect(billOf(model, usage({ in: 1000, out: 1000 }), now)).toEqual({ usd: null, from: null });
});

test.each([
  ['more cached than read', { in: 10, cached: 9000, out: 10 }],
  ['less than nothing', { in: -10, cached: -5, cache_write: -1, out: 10 }],
  ['no numbers', { in: Number.NaN, out: Infinity }],
])('a provider that counted %s is billed what can be', async (_, counted) => {
  const { usd } = await bill('gemini/gemini-2.5-pro', counted);
  expect(usd).toBeGreaterThanOrEqual(0);
  expect(usd).toBeLessThan(0.001);
});
