import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createLlm, noLlm, type Llm } from '../../../activities/providers/language-models.ts';
import { llmThroughSwitch, switchSettings } from '../../../activities/providers/through-switch.ts';
import type { StoredLlmCall } from '../../../store/autonomy/llm-calls.ts';
import { serveHealth, type HealthServer } from '../../../workers/health-server.ts';
import { switchRoutes } from '../../../workers/switch/routes.ts';
import { provider, startRouted, type Routed } from '../routing/routed.ts';
import { startScriptedProvider, type ScriptedProvider } from '../routing/scripted-provider.ts';

const key = 'the-internal-key-of-tests';
let upstream: ScriptedProvider;
let server: HealthServer;
let routed: Routed;
let rows: StoredLlmCall[];
let awake = true;
const names = ['ok', '500', 'slow-first:2000'];
beforeAll(async () => {
  upstream = await startScriptedProvider();
  routed = await startRouted([provider(upstream.base, names)], {
    budget: { all: null, owner: 0.02 },
  });
  const health = () => ({ status: 'ok' as const, module: 'switch', version: '0' });
  const routes = switchRoutes(routed.router, key);
  server = await serveHealth({ host: '127.0.0.1', port: 0 }, health, { routes });
});
afterAll(async () => {
  await server.close();
  await routed.close();
  await upstream.close();
});
beforeEach(() => {
  rows = [];
  awake = true;
});

/** What madre would ask without switch. */
const direct: Llm = {
  ...noLlm,
  provider: 'own',
  model: 'small',
  ask: () => Promise.resolve({ ok: false, error: 'bad_answer', detail: 'its own model was asked' }),
};
const madre = (own: Llm = direct, url = `http://127.0.0.1:${server.port}`): Llm => {
  const budget = { usd_per_day: 1, tokens_per_day: 1e6 };
  const calls = {
    record: async (row: StoredLlmCall) => void rows.push(row),
    spent: async () => ({ calls: 0, tokens: 0, cost_usd: 0 }),
  };
  const log = pino({ level: 'silent' });
  const through = createLlm(switchSettings({ url, key }, budget), { calls, log, clock: Date.now });
  const watch = { isAwake: () => awake, look: () => Promise.resolve(awake) };
  return llmThroughSwitch(through, own, watch);
};
const ask = (llm: Llm, change = {}) =>
  llm.ask({
    purpose: 'chat',
    system: 'Be brief.',
    user: 'Say hello.',
    schema: null,
    timeout_ms: 5000,
    correlation_id: 'desk-1',
    ...change,
  });

describe('madre asks through switch while it is awake', () => {
  test('on its own account, with the target and the cost of the answer in its books', async () => {
    const llm = madre();
    expect([llm.provider, llm.model]).toEqual(['switch', 'auto']);
    const answer = await ask(llm);
    expect(answer).toMatchObject({ ok: true, text: 'Hello.', provider: 'script', model: 'ok' });
    expect(rows).toMatchObject([{ provider: 'script', model: 'ok', cost_usd: 0.000015 }]);
    await routed.router.flush();
    const day = new Date().toISOString().slice(0, 10);
    const spent = (await routed.store.routing.spend.of(day)).get('owner:madre');
    expect(spent).toMatchObject({ requests: 1 });
  });

  test('streams too', async () => {
    const parts: unknown[] = [];
    const answer = await ask(madre(), { onPartial: (text: unknown) => parts.push(text) > 0 });
    expect(answer).toMatchObject({ ok: true, text: 'Hello.', provider: 'script', model: 'ok' });
    expect(parts.at(-1)).toBe('Hello.');
  });

  test('and by its own model while it sleeps, or is not there', async () => {
    const own = { ok: false, detail: 'its own model was asked' };
    expect(await ask(madre(direct, 'http://127.0.0.1:1'))).toMatchObject(own);
    awake = false;
    const llm = madre();
    expect([llm.provider, llm.model]).toEqual(['own', 'small']);
    const before = upstream.seen.length;
    expect(await ask(llm)).toMatchObject(own);
    expect(upstream.seen.length).toBe(before);
    // without one, its rules decide
    const alone = madre(noLlm);
    expect(alone.provider).toBeNull();
    expect(await ask(alone)).toMatchObject({ ok: false, error: 'not_configured' });
  });

  test('within the money that switch gives it, which no other way passes', async () => {
    const day = new Date().toISOString().slice(0, 10);
    const limit = { limit_usd: 1, limit_requests: null, limit_tokens: null };
    const accounts = [{ account: 'owner:madre', day, ...limit }];
    await routed.store.routing.spend.reserve({ usd: 0.02, tokens: 0 }, accounts);
    expect(await ask(madre())).toMatchObject({ ok: false, error: 'over_budget' });
  });
});
