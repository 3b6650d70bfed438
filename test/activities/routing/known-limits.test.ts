import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { modelsOf, provider, startRouted } from './routed.ts';
import { startScriptedProvider, type ScriptedProvider } from './scripted-provider.ts';

let upstream: ScriptedProvider;
let now: number;
beforeAll(async () => void (upstream = await startScriptedProvider()));
afterAll(() => upstream.close());
const clock = (): number => now;
const second = 1000;
const start = (providers: Parameters<typeof startRouted>[0]) => {
  now = Date.now();
  return startRouted(providers, { clock });
};

describe('a target that is about to be over its limit is left out before it answers 429', () => {
  test('by what its last good answer said, until that is over; the other one answers meanwhile', async () => {
    const one = await start([
      provider(upstream.base, ['last-for:20']),
      provider(upstream.base, ['ok'], {
        id: 'other',
        key_env: 'OTHER_KEY',
        models: modelsOf(['ok'], { quality: 0.3 }),
      }),
    ]);
    const target = async () => (await one.ask()).headers['x-vx11-target'];
    expect(await target()).toBe('script/last-for:20');
    const next = await one.ask();
    expect(next.headers).toMatchObject({ 'x-vx11-target': 'other/ok', 'x-vx11-tries': '1' });
    const { record } = await next.decision();
    expect(record.excluded).toMatchObject([{ id: 'script/last-for:20', reasons: ['at_limit'] }]);
    expect(record.why).toContain('at_limit for 20 s more');
    expect(upstream.count('last-for:20')).toBe(1);
    now += 21 * second;
    expect(await target()).toBe('script/last-for:20');
    await one.close();
  });

  test('by the limits of the file, with every key apart; then it is a 429 with the wait', async () => {
    const one = await start([
      provider(upstream.base, ['ok'], {
        keys: ['SCRIPT_KEY', 'OTHER_KEY'],
        limits: { rpm: 2 },
      }),
    ]);
    const before = upstream.count('ok');
    const statuses: number[] = [];
    for (let nth = 0; nth < 5; nth += 1) {
      statuses.push((await one.ask()).status);
      now += second;
    }
    expect(statuses).toEqual([200, 200, 200, 200, 429]);
    expect(upstream.count('ok') - before).toBe(4);
    const refused = await one.ask();
    expect(refused).toMatchObject({ status: 429, headers: { 'x-should-retry': 'true' } });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(50);
    now += 60 * second;
    expect((await one.ask()).status).toBe(200);
    await one.close();
  });

  test('also of many at the same moment, none is sent above the limit', async () => {
    const one = await start([provider(upstream.base, ['slow-first:50'], { limits: { rpm: 3 } })]);
    const before = upstream.count('slow-first:50');
    const answers = await Promise.all(Array.from({ length: 10 }, () => one.ask()));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(3);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(7);
    expect(upstream.count('slow-first:50') - before).toBe(3);
    await one.close();
  });

  test('by tokens: a long request is over the limit where a short one is not', async () => {
    const one = await start([provider(upstream.base, ['ok'], { limits: { tpm: 500 } })]);
    const long = { messages: [{ role: 'user', content: 'word '.repeat(500) }] };
    expect((await one.ask(long)).status).not.toBe(200);
    expect((await one.ask()).status).toBe(200);
    await one.close();
  });
});
