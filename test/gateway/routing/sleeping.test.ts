import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OpenaiError } from '../../../contracts/openai.ts';
import type { ProviderEntry } from '../../../contracts/provider.ts';
import type { RouteAnswer } from '../../../contracts/switch.ts';
import { modelsOf, provider } from '../../activities/routing/routed.ts';
import {
  startScriptedProvider,
  type ScriptedProvider,
} from '../../activities/routing/scripted-provider.ts';
import { beat } from '../fixture.ts';
import { windowsThat } from './opening-windows.ts';
import { startRoutedGateway, type RoutedGateway } from './routed-gateway.ts';

let upstream: ScriptedProvider;
beforeAll(async () => void (upstream = await startScriptedProvider()));
afterAll(() => upstream.close());

/** A model of this machine, which needs no key, behind the service `smol`. */
const smol = (): ProviderEntry => ({
  id: 'local',
  kind: 'openai',
  base_url: upstream.base,
  service: 'smol',
  tags: ['local'],
  models: modelsOf(['ok'], { price: { in: 0, out: 0 } }),
});
const hosted = (names: string[]) =>
  provider(upstream.base, names, { models: modelsOf(names, { quality: 0.2 }) });

async function start(
  how: Parameters<typeof windowsThat>[0] & { asleep?: boolean },
  providers = [smol()],
): Promise<RoutedGateway & { sent: string[] }> {
  let gateway: RoutedGateway | null = null;
  const { sent, temporal } = windowsThat(how, () => gateway!.store);
  gateway = await startRoutedGateway(providers, {
    gateway: { deps: { temporal } },
    asleep: how.asleep ?? false,
  });
  return { ...gateway, sent };
}

const ask = async (
  gateway: RoutedGateway,
  scope: 'agent' | 'operator',
  headers: Record<string, string> = {},
  body: object = {},
) => {
  const answer = await fetch(`${gateway.base}/v1/chat/completions`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await gateway.token(scope)}`,
      'content-type': 'application/json',
      'x-vx11-seed': '7',
      ...headers,
    },
    body: JSON.stringify({
      model: 'auto',
      messages: [{ role: 'user', content: 'hello' }],
      ...body,
    }),
  });
  const text = await answer.text();
  const json = text.startsWith('{') ? (JSON.parse(text) as OpenaiError & { model: string }) : null;
  return { status: answer.status, headers: answer.headers, text, json };
};

describe('while switch sleeps', () => {
  test('the front answers 503 with the call that opens it, and clients do not repeat', async () => {
    const gateway = await start({ asleep: true });
    const { status, headers, json } = await ask(gateway, 'operator');
    expect(status).toBe(503);
    expect(headers.get('x-should-retry')).toBe('false');
    expect(json!.error).toMatchObject({ code: 'off_by_policy', type: 'api_error' });
    expect(json!.error.hint).toContain('vx11 open switch --ttl 10m');
    expect(gateway.sent).toEqual([]);
    await gateway.close();
  });
  test('x-vx11-open opens it first, with the rights of the caller, and the answer comes', async () => {
    const gateway = await start({ asleep: true }, [hosted(['ok'])]);
    expect((await ask(gateway, 'agent', { 'x-vx11-open': '10m' })).json!.error.code).toBe(
      'permission_denied',
    );
    expect((await ask(gateway, 'operator', { 'x-vx11-open': 'soon' })).status).toBe(400);
    expect(gateway.sent).toEqual([]);
    const { status, json } = await ask(gateway, 'operator', { 'x-vx11-open': '10m' });
    expect([status, json!.model]).toEqual([200, 'script/ok']);
    expect(gateway.sent).toEqual(['switch']);
    await gateway.close();
  });
  test('models, providers and decisions are read, and a route answers with the hint', async () => {
    const gateway = await start({ asleep: true });
    const headers = { authorization: `Bearer ${await gateway.token('operator')}` };
    const read = async (path: string) =>
      (await fetch(`${gateway.base}${path}`, { headers })).json();
    expect(await read('/v1/models')).toMatchObject({
      data: expect.arrayContaining([expect.objectContaining({ id: 'local/ok' })]) as unknown,
    });
    expect(await read('/switch/providers')).toMatchObject({
      providers: [{ id: 'local', service: 'smol' }],
    });
    const answer = await gateway.inject({
      method: 'POST',
      url: '/switch/route',
      headers,
      payload: { prompt: 'hello' },
    });
    expect(answer.statusCode).toBe(200);
    expect(answer.json<RouteAnswer>()).toMatchObject({
      status: 'ERROR',
      error: 'off_by_policy',
      hint: expect.stringContaining('vx11 open switch') as unknown,
    });
    await gateway.close();
  });
});

describe('a model whose service sleeps', () => {
  test('is woken once for all who ask for it, and answers', async () => {
    const gateway = await start({ ms: 100 });
    const answers = await Promise.all(Array.from({ length: 5 }, () => ask(gateway, 'operator')));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(new Set(gateway.sent)).toEqual(new Set(['smol']));
    const live = await gateway.store.windows.live();
    expect(live.filter(({ target }) => target === 'smol')).toHaveLength(1);
    expect(live.find(({ target }) => target === 'smol')!.reason).toMatch(/^model local\/ok for /);
    await gateway.close();
  });
  test('is not woken where the caller forbids it, and asleep is not broken', async () => {
    const gateway = await start({});
    const { status, json } = await ask(gateway, 'operator', { 'x-vx11-wake': 'never' });
    expect(status).toBe(503);
    expect(json!.error).toMatchObject({ code: 'off_by_policy' });
    expect(gateway.sent).toEqual([]);
    await gateway.router.flush();
    expect(await gateway.store.routing.state.limits()).toEqual([]);
    await gateway.close();
  });
  test('that does not wake gives way to the next target, and the record says so', async () => {
    const gateway = await start({ fail: true }, [smol(), hosted(['fine'])]);
    const { status, headers, json } = await ask(gateway, 'operator');
    expect([status, json!.model]).toEqual([200, 'script/fine']);
    expect(gateway.sent).toEqual(['smol']);
    await gateway.router.flush();
    const decision = await gateway.store.routing.decisions.find(headers.get('x-vx11-decision')!);
    expect(decision!.record.chosen).toBe('local/ok');
    expect(decision!.outcome!.target).toBe('script/fine');
    expect(decision!.tries).toMatchObject([
      {
        target: 'local/ok',
        failure: 'window_ended',
        detail: expect.stringMatching(/^smol did not wake: ./) as unknown,
      },
      { target: 'script/fine', failure: null },
    ]);
    const wakes = (await gateway.store.routing.state.read('wakes'))!.value;
    expect(wakes).toMatchObject({ wakes: { 'smol@box': { failures: 1 } } });
    await gateway.close();
  });
  test('whose window is about to end is woken after that, which is no failure', async () => {
    const gateway = await start({ ending: 7 });
    const { status, json } = await ask(gateway, 'operator');
    expect([status, json!.model]).toEqual([200, 'local/ok']);
    expect(gateway.sent).toEqual(Array.from({ length: 8 }, () => 'smol'));
    await gateway.router.flush();
    const wakes = (await gateway.store.routing.state.read('wakes'))!.value;
    expect(wakes).toMatchObject({ wakes: { 'smol@box': { failures: 0 } } });
    await gateway.close();
  });
  test('wakes for those that follow while another one answers, if its provider wants that and it is asked often', async () => {
    const providers = [{ ...smol(), prewarm: true }, hosted(['fine'])];
    const gateway = await start({ ms: 50 }, providers);
    const first = await ask(gateway, 'operator');
    // of how often it is asked nothing is known yet, so that the first one waits
    expect(first.json!.model).toBe('local/ok');
    for (let times = 0; times < 45; times += 1) await ask(gateway, 'operator');
    const sleeps = (await gateway.store.windows.live()).find(({ target }) => target === 'smol');
    await gateway.store.leases.release(sleeps!.window_id);
    await gateway.store.windows.save({ ...sleeps!, state: 'closed' }, []);
    await new Promise((resolve) => void setTimeout(resolve, 700));
    gateway.sent.length = 0;
    await beat(gateway.store);
    const { json, headers } = await ask(gateway, 'operator');
    expect(json!.model).toBe('script/fine');
    expect(headers.get('x-vx11-tries')).toBe('1');
    await expect.poll(() => gateway.sent).toEqual(['smol']);
    await expect.poll(async () => (await ask(gateway, 'operator')).json!.model).toBe('local/ok');
    await gateway.close();
  });
  test('is announced by comments in a stream, so that a client does not give up', async () => {
    let gateway: RoutedGateway | null = null;
    const { temporal } = windowsThat({ ms: 300 }, () => gateway!.store);
    gateway = await startRoutedGateway([smol()], {
      gateway: { deps: { temporal }, config: { streamBeatMs: 50 } },
    });
    const { status, text } = await ask(gateway, 'operator', {}, { stream: true });
    expect(status).toBe(200);
    expect(text).toMatch(/^: waking smol, about 5 s\n\n/);
    expect(text).toMatch(/"content":"Hel".*\[DONE\]\n\n$/s);
    await gateway.close();
  });
});
