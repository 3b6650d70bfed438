import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ProviderEntry } from '../../../contracts/provider.ts';
import { aService } from '../../domain/samples.ts';
import { catalog } from '../../gateway/fixture.ts';
import { callBy, free, modelsOf, provider, startRouted, type Routed } from './routed.ts';
import { startScriptedProvider, type ScriptedProvider } from './scripted-provider.ts';

let upstream: ScriptedProvider;
beforeAll(async () => void (upstream = await startScriptedProvider()));
afterAll(() => upstream.close());

/** A free model that sleeps and is the best, and a hosted one. */
async function start(terms: Partial<ProviderEntry>, now: string): Promise<Routed> {
  const local: ProviderEntry = {
    id: 'local',
    base_url: upstream.base,
    service: 'smol',
    models: modelsOf(['ok'], { price: free }),
    ...terms,
  };
  const hosted = provider(upstream.base, ['fine'], {
    models: modelsOf(['fine'], { quality: 0.1 }),
  });
  const one = await startRouted([local, hosted], { clock: () => Date.parse(now) });
  await one.store.services.saveCatalog(catalog([aService('smol')]), []);
  return one;
}
const night = { from: '22:00', to: '07:00', timezone: 'Europe/Madrid' };

test.each([
  ['2026-11-30T20:59:00Z', 'woken'],
  ['2026-11-30T21:00:00Z', 'quiet'],
  ['2026-11-30T05:59:00Z', 'quiet'],
  ['2026-11-30T06:00:00Z', 'woken'],
])('at %s a service with quiet hours of the night is %s', async (now, then) => {
  const one = await start({ quiet: night }, now);
  const answer = await one.ask({}, { may_open: true });
  if (then === 'woken') expect(answer.body).toMatchObject({ service: 'smol' });
  else {
    expect(answer.headers['x-vx11-target']).toBe('script/fine');
    const { excluded } = (await answer.decision()).record;
    expect(excluded).toMatchObject([{ id: 'local/ok', reasons: ['asleep_may_not_wake'] }]);
  }
  await one.close();
});

test('the price of a minute counts for the whole window that a request would open', async () => {
  const now = '2026-11-30T12:00:00Z';
  const cost = async (terms: Partial<ProviderEntry>, limit?: number) => {
    const one = await start(terms, now);
    const options = limit === undefined ? {} : { max_cost_usd: limit };
    const messages = [{ role: 'user', content: 'Say hello.' }];
    const call = callBy({ may_open: true, options: { seed: 7, ...options } });
    const record = await one.router.dryRun({ messages, max_tokens: 100 }, call);
    const { candidates, excluded } = record;
    await one.close();
    return { usd: candidates.cost[candidates.id.indexOf('local/ok')], excluded };
  };
  expect((await cost({})).usd).toBe(0);
  // two minutes, which nobody else shares
  expect((await cost({ usd_per_minute: 0.0004 })).usd).toBeCloseTo(0.0008, 6);
  const { excluded } = await cost({ usd_per_minute: 0.05 }, 0.01);
  expect(excluded).toMatchObject([{ id: 'local/ok', reasons: ['over_cost_cap'] }]);
});
