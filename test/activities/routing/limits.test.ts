import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RoutingBeliefs } from '../../../contracts/routing-beliefs.ts';
import {
  callBy,
  errorIn,
  modelsOf,
  provider,
  startRouted,
  switchOver,
  type Routed,
} from './routed.ts';
import { startScriptedProvider, type ScriptedProvider } from './scripted-provider.ts';

let upstream: ScriptedProvider;
let now: number;
beforeAll(async () => void (upstream = await startScriptedProvider()));
afterAll(() => upstream.close());

const clock = (): number => now;
const minute = 60_000;
const hour = 60 * minute;
const routed = (names: readonly string[], change: Parameters<typeof startRouted>[1] = {}) => {
  now = Date.now();
  return startRouted([provider(upstream.base, names)], { clock, ...change });
};
const other = (names: readonly string[]) =>
  provider(upstream.base, names, { id: 'other', key_env: 'OTHER_KEY' });
const asked = async (one: Routed, model: string): Promise<number> =>
  (await one.ask({ model: `script/${model}` })).status;

describe('a limit', () => {
  test('34836: three failures in a row open the breaker, and it gets no request until its time', async () => {
    const one = await routed(['500']);
    const before = upstream.count('500');
    for (let nth = 0; nth < 25; nth += 1) {
      await asked(one, '500');
      now += 1000;
    }
    expect(upstream.count('500') - before).toBe(3);
    now += 30_000;
    await asked(one, '500');
    expect(upstream.count('500') - before).toBe(4);
    await one.close();
  });

  test('5277: a wait of six days is probed after an hour, and a success brings the target back at once', async () => {
    const one = await routed(['429-days']);
    expect(await asked(one, '429-days')).toBe(429);
    now += 59 * minute;
    const before = upstream.count('429-days');
    const refused = await one.ask({ model: 'script/429-days' });
    expect(refused.status).toBe(429);
    expect(upstream.count('429-days')).toBe(before);
    expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(60);
    now += 2 * minute;
    await asked(one, '429-days');
    expect(upstream.count('429-days')).toBe(before + 1);
    await one.close();
  });

  test('survives a restart as an absolute time, and a person resets it without one', async () => {
    const one = await routed(['429-seconds:300', '401']);
    await asked(one, '429-seconds:300');
    await asked(one, '401');
    await one.router.flush();
    const again = await switchOver(
      one.store,
      [provider(upstream.base, ['429-seconds:300', '401'])],
      { clock },
    );
    const before = upstream.seen.length;
    const body = {
      model: 'script/429-seconds:300',
      messages: [{ role: 'user', content: 'hello' }],
    };
    const ask = () => again.chat(body, callBy(), new AbortController().signal);
    expect(await ask()).toMatchObject({ kind: 'json', status: 503 });
    expect(upstream.seen.length).toBe(before);
    expect(again.reset('script')).toBeGreaterThan(1);
    await ask();
    expect(upstream.seen.length).toBe(before + 1);
    expect((await one.store.routing.state.limits()).length).toBeGreaterThan(0);
    await again.flush();
    await one.close();
  });

  test('5286: of the account cools its key for all models, of a model only that model; other keys go on', async () => {
    const keys = { keys: ['SCRIPT_KEY', 'OTHER_KEY'] };
    now = Date.now();
    const one = await startRouted(
      [provider(upstream.base, ['429-account', '429-ms:60000', 'ok'])],
      { clock },
    );
    await asked(one, '429-ms:60000');
    expect(await asked(one, 'ok')).toBe(200);
    await asked(one, '429-account');
    expect(await asked(one, 'ok')).toBe(429);
    await one.close();
    const two = await startRouted([provider(upstream.base, ['429-account', 'ok'], keys)], {
      clock,
    });
    const answer = await two.ask({ model: 'script/429-account' });
    // both keys were tried, each once
    expect((await answer.decision()).tries.map(({ key }) => String(key)).toSorted()).toEqual([
      'OTHER_KEY',
      'SCRIPT_KEY',
    ]);
    await two.close();
  });

  test('of a provider that needs no key cools it as well', async () => {
    now = Date.now();
    const names = ['429-seconds:30', '429-account', 'ok'];
    const one = await startRouted(
      [{ id: 'local', base_url: upstream.base, models: modelsOf(names) }],
      { clock },
    );
    const count = (): number => upstream.count('429-seconds:30');
    const before = count();
    const limited = () => one.ask({ model: 'local/429-seconds:30' });
    expect((await limited()).status).toBe(429);
    now += 10_000;
    const refused = await limited();
    expect([refused.status, count() - before]).toEqual([429, 1]);
    expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(20);
    now += 21_000;
    await limited();
    expect(count() - before).toBe(2);
    await one.ask({ model: 'local/429-account' });
    expect((await one.ask({ model: 'local/ok' })).status).toBe(429);
    await one.close();
  });

  test('35104: each failing target of a chain is counted, not only the first', async () => {
    const one = await routed(['500', '529', 'ok']);
    const answer = await one.ask();
    expect((await answer.decision()).tries).toHaveLength(3);
    const scopes = (await one.store.routing.state.limits()).map(({ scope }) => scope);
    expect(scopes.toSorted()).toEqual(['breaker:script/500', 'breaker:script/529']);
    const { ok } = (await one.store.routing.state.read('beliefs'))!.value as RoutingBeliefs;
    expect([ok['script/500']!.no, ok['script/529']!.no, ok['script/ok']!.yes]).toEqual([1, 1, 1]);
    await one.close();
  });

  test('2460: all targets limited: it waits for the first if the deadline allows, else 429 with the shortest wait', async () => {
    const one = await startRouted([provider(upstream.base, ['429-once'])]);
    const waited = await one.ask({}, { options: { deadline_ms: 60_000, seed: 7 } });
    expect(waited.status).toBe(200);
    await one.close();
    const two = await startRouted([
      provider(upstream.base, ['429-seconds:40']),
      other(['429-seconds:20']),
    ]);
    const limited = await two.ask({}, { options: { deadline_ms: 3000, seed: 7 } });
    expect(limited.status).toBe(429);
    expect(Number(limited.headers['retry-after'])).toBeGreaterThan(17);
    expect(Number(limited.headers['retry-after'])).toBeLessThan(21);
    expect(limited.headers['x-should-retry']).toBe('true');
    await two.close();
  });

  test('a model that is not there is left alone until the next catalog', async () => {
    const one = await routed(['404']);
    await asked(one, '404');
    now += 5 * hour;
    const before = upstream.count('404');
    await asked(one, '404');
    expect(upstream.count('404')).toBe(before);
    // which may list the same models as the last one
    await one.router.refresh();
    await asked(one, '404');
    expect(upstream.count('404')).toBe(before + 1);
    await one.close();
  });
});

describe('a caller that hangs up', () => {
  test('before it has read anything frees its place and its money, and is no lesson about the target', async () => {
    const limits = { concurrency: 1 };
    const one = await startRouted(
      [{ ...provider(upstream.base, ['slow-chunks:50', 'ok']), limits }],
      {
        budget: { all: 1, owner: null },
      },
    );
    const gone = new AbortController();
    const body = {
      model: 'script/slow-chunks:50',
      stream: true,
      messages: [{ role: 'user', content: 'hello' }],
    };
    const reply = await one.router.chat(body, callBy(), gone.signal);
    expect(reply.kind).toBe('stream');
    const waits = asked(one, 'ok');
    gone.abort();
    expect(await waits).toBe(200);
    await one.router.flush();
    const all = (await one.store.routing.spend.of(new Date().toISOString().slice(0, 10))).get(
      'all',
    )!;
    expect(all.reserved_usd).toBeCloseTo(0, 9);
    const id = (reply as { headers: Record<string, string> }).headers['x-vx11-decision']!;
    expect(await one.store.routing.decisions.find(id)).toMatchObject({
      tries: [{ failure: 'aborted' }],
      outcome: { ok: false, code: 'aborted' },
    });
    const { ok } = (await one.store.routing.state.read('beliefs'))!.value as RoutingBeliefs;
    expect(ok['script/slow-chunks:50']).toBeUndefined();
    await one.close();
  });
});

describe('the deadline of a caller', () => {
  test('ends a request that hangs with 504, which is not to be repeated', async () => {
    const one = await startRouted([provider(upstream.base, ['hang'])]);
    const answer = await one.ask({}, { options: { deadline_ms: 200, seed: 7 } });
    expect(answer).toMatchObject({ status: 504, headers: { 'x-should-retry': 'false' } });
    expect(errorIn(answer)).toMatchObject({ code: 'deadline_exceeded' });
    await one.close();
  });
});

describe('money', () => {
  /** The worst case of one request: 8,000 tokens of 2 USD for a million, and its prompt. */
  const ask = { max_tokens: 8000 };
  const fiveOf = { all: 0.0165 * 5, owner: null };

  test('26672: of 20 requests at once with money for 5, five are sent, and no limit is passed', async () => {
    const one = await startRouted([provider(upstream.base, ['slow-first:100'])], {
      budget: fiveOf,
    });
    const answers = await Promise.all(Array.from({ length: 20 }, () => one.ask(ask)));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(5);
    expect(statuses.filter((status) => status === 402)).toHaveLength(15);
    await one.router.flush();
    const day = new Date().toISOString().slice(0, 10);
    const all = (await one.store.routing.spend.of(day)).get('all')!;
    expect(all).toMatchObject({ requests: 5 });
    expect(all.reserved_usd).toBeCloseTo(0, 9);
    expect(all.spent_usd).toBeCloseTo(5 * (9 * 1 + 3 * 2) * 1e-6, 9);
    // what was not spent is free again
    expect((await one.ask(ask)).status).toBe(200);
    await one.close();
  });

  test('is limited for each owner apart, and cut streams and failed tries count too', async () => {
    const one = await startRouted([provider(upstream.base, ['ok', 'cut-at:3'])], {
      budget: { all: null, owner: 0.017 },
    });
    await one.ask({ ...ask, model: 'script/cut-at:3', stream: true });
    expect((await one.ask({ ...ask, model: 'script/ok', max_tokens: 9000 })).status).not.toBe(200);
    const someone = { owner_id: 'token-2' };
    expect((await one.ask({ ...ask, model: 'script/ok' }, someone)).status).toBe(200);
    await one.router.flush();
    const spent = await one.store.routing.spend.of(new Date().toISOString().slice(0, 10));
    expect(spent.get('owner:token-1')!.spent_usd).toBeGreaterThan(0);
    await one.close();
  });

  test('reserved by a switch that died counts as spent after its restart', async () => {
    const one = await startRouted([provider(upstream.base, ['ok'])], { budget: fiveOf });
    const day = new Date().toISOString().slice(0, 10);
    const limit = { limit_usd: 1, limit_requests: null, limit_tokens: null };
    const accounts = [{ account: 'all', day, ...limit }];
    await one.store.routing.spend.reserve({ usd: 0.08, tokens: 0 }, accounts);
    const again = await switchOver(one.store, [provider(upstream.base, ['ok'])], {
      budget: fiveOf,
    });
    const messages = [{ role: 'user', content: 'hello' }];
    const answer = await again.chat(
      { ...ask, model: 'auto', messages },
      callBy(),
      new AbortController().signal,
    );
    expect(answer).toMatchObject({ status: 402 });
    await one.close();
  });

  test('above the caller’s own limit, or of an unknown price where there is one, nothing is sent', async () => {
    const one = await startRouted([provider(upstream.base, ['ok'])]);
    const before = upstream.count('ok');
    const answer = await one.ask(ask, { options: { max_cost_usd: 0.0001 } });
    expect(answer.status).toBe(402);
    expect(upstream.count('ok')).toBe(before);
    await one.close();
  });
});
