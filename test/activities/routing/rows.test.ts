import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startRoutedGateway } from '../../gateway/routing/routed-gateway.ts';
import { errorIn, provider, startRouted } from './routed.ts';
import { startScriptedProvider, type ScriptedProvider } from './scripted-provider.ts';

// Complaints about other routers, by the numbers of their issues, that need the whole way of a request.

let upstream: ScriptedProvider;
beforeAll(async () => void (upstream = await startScriptedProvider()));
afterAll(() => upstream.close());
const today = (): string => new Date().toISOString().slice(0, 10);

test('35104: the wait that a fallback names is kept, not only that of the first target', async () => {
  const now = Date.now();
  const one = await startRouted([provider(upstream.base, ['500', '429-seconds:40', 'ok'])], {
    clock: () => now,
  });
  const answer = await one.ask();
  expect((await answer.decision()).tries.map(({ failure }) => failure)).toEqual([
    'failed',
    'rate_limited',
    null,
  ]);
  const rows = await one.store.routing.state.limits();
  const cooled = rows.find(({ scope }) => scope.startsWith('key_model:'))!;
  expect(JSON.parse(cooled.record)).toMatchObject({ cooldown: { until_ms: now + 40_000 } });
  await one.close();
});

test.each(['error-before', 'error-after'])(
  '19077: fallback off holds for a stream that fails by %s',
  async (model) => {
    const one = await startRouted([provider(upstream.base, [model, 'ok'])]);
    const before = upstream.count('ok');
    await one.ask({ stream: true }, { options: { fallback: 'off', seed: 7 } });
    expect(upstream.count('ok')).toBe(before);
    await one.close();
  },
);

test('38176: what a fallback costs counts too: a useless answer and the good one after it', async () => {
  const one = await startRouted([provider(upstream.base, ['not-json', 'json'])], {
    budget: { all: 1, owner: null },
  });
  await one.ask({ response_format: { type: 'json_object' } });
  await one.router.flush();
  const all = (await one.store.routing.spend.of(today())).get('all')!;
  expect(all).toMatchObject({ requests: 2, tokens: 24 });
  expect(all.spent_usd).toBeCloseTo(2 * (9 * 1 + 3 * 2) * 1e-6, 12);
  await one.close();
});

describe('796: an answer', () => {
  test('has usage in a chunk of its own, without choices, and only if it is asked for', async () => {
    const one = await startRouted([provider(upstream.base, ['ok'])]);
    const chunks = async (body: object) =>
      (await one.ask({ stream: true, ...body })).events.filter(
        (event): event is { choices: unknown[]; usage?: object } => event !== '[DONE]',
      );
    const plain = await chunks({});
    expect(plain.some(({ usage }) => usage !== undefined)).toBe(false);
    const asked = await chunks({ stream_options: { include_usage: true } });
    expect(asked.filter(({ usage }) => usage !== undefined)).toEqual([asked.at(-1)]);
    expect(asked.at(-1)).toMatchObject({ choices: [] });
    await one.close();
  });
  test('is no stream unless one is asked for', async () => {
    const one = await startRouted([provider(upstream.base, ['ok'])]);
    for (const body of [{}, { stream: null }, { stream: false }]) {
      const { reply } = await one.ask(body);
      expect(reply.kind).toBe('json');
    }
    await one.close();
  });
});

describe('a request for several answers', () => {
  test('goes to what can give them, and is reserved with all of them', async () => {
    const one = await startRouted([
      provider(upstream.base.replace(/\/v1$/, ''), ['fine'], { id: 'own', kind: 'anthropic' }),
      provider(upstream.base, ['ok']),
    ]);
    const answer = await one.ask({ n: 2, max_tokens: 1000 }, { options: { max_cost_usd: 0.0041 } });
    expect(answer.headers['x-vx11-target']).toBe('script/ok');
    expect(upstream.seen.at(-1)!.body['n']).toBe(2);
    const { record } = await answer.decision();
    const own = record.excluded.find(({ id }) => id === 'own/fine');
    expect(own!.reasons).toEqual(['lacks_choices']);
    const dear = await one.ask({ n: 3, max_tokens: 1000 }, { options: { max_cost_usd: 0.0041 } });
    expect([dear.status, errorIn(dear)!.code]).toEqual([402, 'budget_exceeded']);
    await one.close();
  });
  test('is the caller’s fault where no target can give them', async () => {
    const kind = { kind: 'anthropic' as const };
    const one = await startRouted([provider(upstream.base, ['ok'], kind)]);
    const answer = await one.ask({ n: 2 });
    expect([answer.status, errorIn(answer)]).toMatchObject([
      400,
      { code: 'invalid_request', param: 'n' },
    ]);
    await one.close();
  });
});

describe('34732: every form of a request', () => {
  test('counts towards the same account', async () => {
    const gateway = await startRoutedGateway([provider(upstream.base, ['ok'])]);
    const token = await gateway.token('operator');
    const send = (path: string, body: object) =>
      fetch(`${gateway.base}/v1/${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'script/ok', ...body }),
      });
    const messages = [{ role: 'user', content: 'hello' }];
    const forms: [string, object][] = [
      ['chat/completions', { messages }],
      ['chat/completions', { messages, stream: true }],
      ['responses', { input: 'hello' }],
      ['messages', { messages, max_tokens: 10, stream: true }],
    ];
    for (const [path, body] of forms) expect(await (await send(path, body)).text()).toContain('lo');
    await gateway.router.flush();
    const spent = await gateway.store.routing.spend.of(today());
    expect(spent.get('all')).toMatchObject({ requests: forms.length, tokens: 12 * forms.length });
    await gateway.close();
  });
});

describe('8146: the list of models', () => {
  let hung: Server;
  beforeAll(async () => {
    hung = createServer(() => undefined);
    await new Promise<void>((resolve) => hung.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => {
    hung.closeAllConnections();
    hung.close();
  });
  test('comes while every provider hangs', async () => {
    const { port } = hung.address() as AddressInfo;
    const gateway = await startRoutedGateway(
      Array.from({ length: 5 }, (_, nth) =>
        provider(`http://127.0.0.1:${port}/v1`, [`model-${nth}`], { id: `hung-${nth}` }),
      ),
    );
    const headers = { 'x-vx11-token': await gateway.token('viewer') };
    const answer = await gateway.inject({ method: 'GET', url: '/v1/models', headers });
    expect(answer.json<{ data: { id: string }[] }>().data.map(({ id }) => id)).toContain(
      'hung-4/model-4',
    );
    await gateway.close();
  });
});
