import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ProviderEntry } from '../../../contracts/provider.ts';
import { callBy, noMetrics, provider, startRouted, switchOver, type Routed } from './routed.ts';
import { startScriptedProvider, type ScriptedProvider } from './scripted-provider.ts';

let upstream: ScriptedProvider;
let now: number;
beforeAll(async () => void (upstream = await startScriptedProvider()));
afterAll(() => upstream.close());

const clock = (): number => now;
let decisions = 0;
const metrics = { ...noMetrics, decided: () => void (decisions += 1) };
const minute = 60_000;
const asked = async (one: Routed, model: string): Promise<number> =>
  (await one.ask({ model: `script/${model}` })).status;

describe('a limit of a day that the operator knows', () => {
  const spent = async (one: Routed, day: string) => {
    await one.router.flush();
    return (await one.store.routing.spend.of(day)).get('provider:script')!;
  };
  const within = (name: string, limits: ProviderEntry['limits']) =>
    startRouted([provider(upstream.base, [name], { limits })], { clock, metrics });
  const today = () => new Date(now).toISOString().slice(0, 10);

  test.each([
    ['rpd: 5', { rpd: 5 }, {}],
    ['tpd, which counts prompts and the longest answers', { tpd: 5 * 1100 }, { max_tokens: 1000 }],
    ['usd_per_day', { usd_per_day: 5 * 0.0165 }, { max_tokens: 8000 }],
  ])('%s: of 20 requests at once only five are sent', async (_, limits, body) => {
    now = Date.UTC(2026, 10, 29, 12);
    const one = await within('slow-first:50', limits);
    const before = upstream.count('slow-first:50');
    const answers = await Promise.all(Array.from({ length: 20 }, () => one.ask(body)));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(5);
    expect(statuses.filter((status) => status === 429)).toHaveLength(15);
    expect(upstream.count('slow-first:50') - before).toBe(5);
    expect(await spent(one, today())).toMatchObject({ requests: 5, tokens: 5 * 12 });
    await one.close();
  });

  test('holds until the day ends, and says when that is; with a deadline too', async () => {
    now = Date.UTC(2026, 10, 29, 21);
    const one = await within('ok', { rpd: 1 });
    expect(await asked(one, 'ok')).toBe(200);
    const refused = await one.ask({ model: 'script/ok' });
    expect(refused).toMatchObject({
      status: 429,
      headers: { 'retry-after': String(3 * 3600), 'x-should-retry': 'false' },
    });
    decisions = 0;
    const late = await one.ask({ model: 'script/ok' }, { options: { deadline_ms: 60_000 } });
    expect(late.status).toBe(429);
    expect(decisions).toBe(1);
    now = Date.UTC(2026, 10, 30);
    expect(await asked(one, 'ok')).toBe(200);
    await one.close();
  });

  test('begins at reset_hour_utc, also after a restart', async () => {
    now = Date.UTC(2026, 10, 29, 7, 30);
    const limits = { rpd: 1, reset_hour_utc: 8 };
    const one = await within('ok', limits);
    expect(await asked(one, 'ok')).toBe(200);
    expect(await spent(one, '2026-11-28')).toMatchObject({ requests: 1 });
    const again = await switchOver(one.store, [provider(upstream.base, ['ok'], { limits })], {
      clock,
    });
    const messages = [{ role: 'user', content: 'hello' }];
    const ask = () =>
      again.chat({ model: 'script/ok', messages }, callBy(), new AbortController().signal);
    expect(await ask()).toMatchObject({ status: 429, headers: { 'retry-after': '1800' } });
    now += 30 * minute;
    expect(await ask()).toMatchObject({ status: 200 });
    now = Date.UTC(2026, 10, 30, 7);
    expect(await ask()).toMatchObject({ status: 429, headers: { 'retry-after': '3600' } });
    await again.flush();
    await one.close();
  });
});

describe('money of a request without an answer', () => {
  /** The worst case of one request: 8,000 tokens of 2 USD for a million, and its prompt. */
  const ask = { max_tokens: 8000 };
  const budget = { all: 1, owner: null };

  test.each([
    ['a caller that hangs up before an answer', 'slow-first:3000', {}, 3000],
    ['a time-out', 'hang', {}, 200],
  ])(
    'counts after %s, by an estimate that is not above what was reserved',
    async (_, model, body, firstByteMs) => {
      const times = { firstByteMs };
      const one = await startRouted([provider(upstream.base, [model])], { budget, limits: times });
      const gone = new AbortController();
      const before = upstream.count(model);
      const messages = [{ role: 'user', content: 'hello' }];
      const wanted = { ...ask, ...body, model: `script/${model}`, messages };
      const reply = one.router.chat(wanted, callBy(), gone.signal);
      await expect.poll(() => upstream.count(model)).toBe(before + 1);
      if (firstByteMs === 3000) gone.abort();
      await reply;
      await one.router.flush();
      const day = new Date().toISOString().slice(0, 10);
      const all = (await one.store.routing.spend.of(day)).get('all')!;
      expect(all.reserved_usd).toBeCloseTo(0, 9);
      expect(all.spent_usd).toBeGreaterThan(0);
      expect(all.spent_usd).toBeLessThanOrEqual(0.0165);
      await one.close();
    },
  );

  test('is not spent where the connection was never made', async () => {
    const dead = provider('http://127.0.0.1:1/v1', ['ok']);
    const one = await startRouted([dead], { budget });
    expect((await one.ask({ ...ask, model: 'script/ok' })).status).toBe(502);
    await one.router.flush();
    const day = new Date().toISOString().slice(0, 10);
    expect((await one.store.routing.spend.of(day)).get('all')!.spent_usd).toBe(0);
    await one.close();
  });
});
