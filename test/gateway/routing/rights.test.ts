import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OpenaiError } from '../../../contracts/openai.ts';
import { modelsOf, provider } from '../../activities/routing/routed.ts';
import {
  startScriptedProvider,
  type ScriptedProvider,
} from '../../activities/routing/scripted-provider.ts';
import { startRoutedGateway, type RoutedGateway } from './routed-gateway.ts';

let upstream: ScriptedProvider;
beforeAll(async () => void (upstream = await startScriptedProvider()));
afterAll(() => upstream.close());

const ask = async (gateway: RoutedGateway, scope: 'operator' | 'admin', body: object) => {
  const answer = await fetch(`${gateway.base}/v1/chat/completions`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await gateway.token(scope)}`,
      'content-type': 'application/json',
      'x-vx11-seed': '7',
    },
    body: JSON.stringify({ messages: [{ role: 'user', content: 'hello' }], ...body }),
  });
  const { headers, status } = answer;
  const json = (await answer.json()) as OpenaiError & { model: string };
  const record = async () => {
    await gateway.router.flush();
    const id = headers.get('x-vx11-decision') ?? json.error.decision_id!;
    return (await gateway.store.routing.decisions.find(id))!.record;
  };
  return { status, json, dropped: headers.get('x-vx11-dropped'), record };
};

describe('a provider with a list of tokens', () => {
  let gateway: RoutedGateway;
  beforeAll(async () => {
    gateway = await startRoutedGateway([
      provider(upstream.base, ['ok'], { allow: ['a operator'] }),
      provider(upstream.base, ['fine'], {
        id: 'other',
        models: modelsOf(['fine'], { quality: 0.1 }),
      }),
    ]);
  });
  afterAll(() => gateway.close());

  test('answers a token of the list', async () => {
    expect((await ask(gateway, 'operator', {})).json.model).toBe('script/ok');
  });

  test('is out for another token, whatever its scope, and the decision says why', async () => {
    const { json, record } = await ask(gateway, 'admin', {});
    expect(json.model).toBe('other/fine');
    expect((await record()).excluded).toMatchObject([
      { id: 'script/ok', reasons: ['not_allowed'] },
    ]);
  });

  test('and by its name it is a 403 that says what to do', async () => {
    const before = upstream.seen.length;
    const { status, json } = await ask(gateway, 'admin', { model: 'script/ok' });
    expect(status).toBe(403);
    expect(json.error).toMatchObject({ code: 'permission_denied', type: 'permission_error' });
    expect(json.error.hint).toContain('VX11_PROVIDERS_FILE');
    expect(upstream.seen.length).toBe(before);
  });
});

describe('a request for thoughts', () => {
  const thinker = modelsOf(['fine'], { quality: 0.1, can: ['reasoning'] });
  const plain = modelsOf(['ok']);
  const start = (models: typeof plain) =>
    startRoutedGateway([provider(upstream.base, [], { models })]);
  const body = (): unknown => upstream.seen.at(-1)!.body;

  test.each([
    { reasoning_effort: 'high' },
    { reasoning: { max_tokens: 2000 } },
    { reasoning: { enabled: true } },
  ])('goes to a model that can reason: %j', async (wish) => {
    const gateway = await start([...plain, ...thinker]);
    const { json, dropped, record } = await ask(gateway, 'operator', wish);
    expect([json.model, dropped]).toEqual(['script/fine', null]);
    expect(body()).toMatchObject(wish);
    expect((await record()).excluded).toMatchObject([
      { id: 'script/ok', reasons: ['lacks_reasoning'] },
    ]);
    await gateway.close();
  });

  test.each([{ reasoning_effort: 'none' }, { reasoning: { enabled: false } }, {}])(
    'is not one that says %j',
    async (wish) => {
      const gateway = await start([...plain, ...thinker]);
      expect((await ask(gateway, 'operator', wish)).json.model).toBe('script/ok');
      await gateway.close();
    },
  );

  test('is answered without them where nothing reasons, or a model is named that does not, and the field is named', async () => {
    const gateway = await start([...plain, ...thinker]);
    const named = await ask(gateway, 'operator', { model: 'script/ok', reasoning_effort: 'low' });
    expect([named.json.model, named.dropped]).toEqual(['script/ok', 'reasoning_effort']);
    expect(body()).not.toHaveProperty('reasoning_effort');
    await gateway.close();
    const without = await start(plain);
    const { json, dropped } = await ask(without, 'operator', { reasoning: { effort: 'low' } });
    expect([json.model, dropped]).toEqual(['script/ok', 'reasoning']);
    await without.close();
  });
});
