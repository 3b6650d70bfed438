import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import type {
  routingDecisionAnswer,
  ProvidersView,
  RouteAnswer,
  SwitchChatAnswer,
} from '../../../contracts/switch.ts';
import type { decisionSummaries, RoutingKnown } from '../../../contracts/switch-known.ts';
import type { RoutingBeliefs } from '../../../contracts/routing-beliefs.ts';
import type { openaiModels } from '../../../contracts/openai.ts';
import { provider } from '../../activities/routing/routed.ts';
import {
  startScriptedProvider,
  type ScriptedProvider,
} from '../../activities/routing/scripted-provider.ts';
import { startRoutedGateway, type RoutedGateway } from './routed-gateway.ts';

type OpenaiModels = z.infer<typeof openaiModels>;

let upstream: ScriptedProvider;
let gateway: RoutedGateway;
const tokens: Record<string, string> = {};
beforeAll(async () => {
  upstream = await startScriptedProvider();
  gateway = await startRoutedGateway([provider(upstream.base, ['ok', '429-seconds:300'])]);
  for (const scope of ['viewer', 'agent', 'operator', 'admin'] as const)
    tokens[scope] = await gateway.token(scope);
  tokens['other operator'] = await gateway.token('operator');
});
afterAll(async () => {
  await gateway.close();
  await upstream.close();
});

type Sent<T> = Promise<{ status: number; body: T }>;
interface Send {
  <T = unknown>(method: 'GET' | 'POST', url: string, payload?: object, scope?: string): Sent<T>;
}
const send: Send = async (method, url, payload, scope = 'operator') => {
  const headers = { 'x-vx11-token': tokens[scope]! };
  const answer = await gateway.inject({ method, url, headers, ...(payload && { payload }) });
  return { status: answer.statusCode, body: answer.json() };
};
const chat = async (scope = 'operator') =>
  (
    await send<SwitchChatAnswer>(
      'POST',
      '/switch/chat',
      { messages: [{ role: 'user', content: 'hello' }] },
      scope,
    )
  ).body;

describe('a decision', () => {
  test('is shown by a dry run in words and numbers, and nothing is sent', async () => {
    const before = upstream.seen.length;
    const { status, body } = await send<RouteAnswer>('POST', '/switch/route', {
      prompt: 'Say hello.',
      mode: 'ECO',
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: 'ok', decision_id: null });
    // nothing is known of either yet, so that the draw decides
    const ranked = body.explanation!.targets.map(({ id }) => id);
    expect(ranked.toSorted()).toEqual(['script/429-seconds:300', 'script/ok']);
    expect(ranked).toContain(body.model);
    expect(body.explanation!.targets[0]).toMatchObject({ rank: 1 });
    expect(upstream.seen.length).toBe(before);
    const sent = await send<RouteAnswer>('POST', '/switch/route', {
      prompt: 'Say hello.',
      dry_run: false,
    });
    expect(sent.body).toMatchObject({ reply: 'Hello.', model: 'script/ok' });
  });
  test('explains itself, and is replayed bit for bit, by its id', async () => {
    const { decision_id, provider: by, tokens_used, content } = await chat();
    expect({ by, tokens_used, content }).toEqual({
      by: 'script',
      tokens_used: 12,
      content: 'Hello.',
    });
    const { body } = await send<z.infer<typeof routingDecisionAnswer>>(
      'GET',
      `/switch/decisions/${decision_id}`,
      undefined,
      'viewer',
    );
    expect(body.decision.outcome).toMatchObject({
      ok: true,
      target: 'script/ok',
      usage_from: 'provider',
    });
    expect(body.explanation.why).toContain('script/ok');
    expect(JSON.stringify(body.decision)).not.toContain('hello');
    const again = await send<{ same: boolean }>('POST', `/switch/decisions/${decision_id}/replay`);
    expect(again.body).toMatchObject({ same: true, chosen: body.record.chosen });
    expect((await send('GET', '/switch/decisions/decision-0000000000000000')).status).toBe(404);
  });
  test('learns what its owner says of the answer; others may not say it, and the first word counts', async () => {
    const { decision_id } = await chat();
    await gateway.router.flush();
    const qualityOf = async () =>
      ((await gateway.store.routing.state.read('beliefs'))!.value as RoutingBeliefs).quality[
        'script/ok'
      ]!.chat!;
    const before = await qualityOf();
    const say = (score: number, scope: string) =>
      send('POST', '/switch/feedback', { decision_id, score }, scope);
    expect((await say(0, 'other operator')).status).toBe(403);
    expect((await say(0, 'operator')).body).toMatchObject({ status: 'ok' });
    expect((await say(1, 'operator')).body).toMatchObject({ status: 'known' });
    await gateway.router.flush();
    const after = await qualityOf();
    expect(after.yes).toBeCloseTo(before.yes - 0.7, 1);
    expect(after.no).toBeGreaterThan(before.no);
  });
});

describe('what is known', () => {
  test('are the last decisions, all or those of one target, each with its reason, for viewers too', async () => {
    const { decision_id } = await chat();
    await gateway.router.flush();
    const list = async (query = '') =>
      (
        await send<z.infer<typeof decisionSummaries>>(
          'GET',
          `/switch/decisions${query}`,
          undefined,
          'viewer',
        )
      ).body.decisions;
    const [newest] = await list('?limit=1');
    expect(newest).toMatchObject({ decision_id, target: 'script/ok', ok: true });
    expect(newest!.tries).toBeGreaterThan(0);
    expect(newest!.why).toContain('script/');
    const targets = new Set((await list('?target=script%2Fok')).map(({ target }) => target));
    expect([...targets]).toEqual(['script/ok']);
    expect(await list('?target=script%2Fnobody')).toEqual([]);
    expect((await send('GET', '/switch/decisions?limit=0')).status).toBe(422);
  });
  test('is what was learned of each target, the limits of a day and what it cost by account', async () => {
    await chat();
    await gateway.router.flush();
    const { body } = await send<RoutingKnown>('GET', '/switch/targets', undefined, 'viewer');
    const known = body.targets.find(({ id }) => id === 'script/ok')!;
    expect(known.success).toBeGreaterThan(0.9);
    expect(known.outcomes).toBeGreaterThan(0);
    expect(body.mode).toBe('BALANCED');
    expect(body.limits).toEqual({ all: null, owner: null });
    const kinds = body.spend.map(({ kind, name }) => `${kind} ${name}`);
    expect(kinds).toEqual(
      expect.arrayContaining(['all all', 'provider script', 'owner a operator']),
    );
    expect(body.spend[0]!.requests).toBeGreaterThan(0);
  });
});

describe('the providers', () => {
  test('show what is left alone, by the name of the key and never its value, until they are reset', async () => {
    const messages = [{ role: 'user', content: 'hello' }];
    const limited = await send<SwitchChatAnswer>('POST', '/switch/chat', {
      messages,
      provider: 'script/429-seconds:300',
    });
    expect(limited.body).toMatchObject({ status: 'ERROR', error: 'rate_limit_exceeded' });
    await gateway.router.flush();
    expect((await gateway.store.routing.state.limits()).map(({ scope }) => scope)).toContain(
      'key_model:script:SCRIPT_KEY:429-seconds:300',
    );
    const reset = await send('POST', '/switch/providers/script/reset', {});
    expect(reset.body).toMatchObject({
      provider: 'script',
      cleared: expect.any(Number) as unknown,
    });
    expect(await gateway.store.routing.state.limits()).toEqual([]);
    const events = (await gateway.store.events.after(0, 1000)).map(({ type }) => type);
    expect(events).toContain('routing.reset');
    expect((await send('POST', '/switch/providers/nobody/reset', {})).status).toBe(404);
    const { body } = await send<ProvidersView>('GET', '/switch/providers', undefined, 'viewer');
    expect(body.providers[0]).toMatchObject({
      id: 'script',
      keys: [{ env: 'SCRIPT_KEY', set: true }],
    });
  });
  test('are all asked in the mode that is set', async () => {
    const control = (payload: object) => send('POST', '/switch/control', payload);
    expect((await control({ action: 'set_mode', mode: 'CRITICAL' })).body).toMatchObject({
      status: 'ok',
      mode: 'CRITICAL',
      profile: { quality: 0.7 },
    });
    await gateway.router.flush();
    const { body } = await send<z.infer<typeof routingDecisionAnswer>>(
      'GET',
      `/switch/decisions/${(await chat()).decision_id}`,
    );
    expect((body.record['weights'] as { mode: string }).mode).toBe('CRITICAL');
    expect((await control({ action: 'list_modes' })).body).toMatchObject({
      modes: ['ECO', 'BALANCED', 'HIGH-PERF', 'CRITICAL'],
    });
    expect((await control({ action: 'set_mode' })).body).toMatchObject({ status: 'error' });
  });
});

test('a task of a type is answered, and a body with both a prompt and messages is refused', async () => {
  const task = await send('POST', '/switch/task', {
    task_type: 'summarize',
    payload: { prompt: 'a long text' },
  });
  expect(task.body).toMatchObject({ status: 'ok', result: 'Hello.', task_type: 'summarize' });
  const both = { prompt: 'a', messages: [{ role: 'user', content: 'b' }] };
  expect((await send('POST', '/switch/route', both)).status).toBe(422);
});

test('models are listed from memory: neither switch nor a provider is asked', async () => {
  const deaf = await startRoutedGateway([provider('http://127.0.0.1:1/v1', ['ok'])], {
    asleep: true,
  });
  const headers = { 'x-vx11-token': await deaf.token('viewer') };
  const answer = await deaf.inject({ method: 'GET', url: '/v1/models', headers });
  expect(answer.json<OpenaiModels>().data.map(({ id }) => id)).toContain('script/ok');
  await deaf.close();
});
