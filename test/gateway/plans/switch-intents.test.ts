import { afterAll, beforeAll, expect, test } from 'vitest';
import type { IntentAnswer } from '../../../contracts/intent.ts';
import { provider } from '../../activities/routing/routed.ts';
import {
  startScriptedProvider,
  type ScriptedProvider,
} from '../../activities/routing/scripted-provider.ts';
import { adminToken } from '../fixture.ts';
import { startRoutedGateway, type RoutedGateway } from '../routing/routed-gateway.ts';

let upstream: ScriptedProvider;
let gateway: RoutedGateway;
beforeAll(async () => {
  upstream = await startScriptedProvider();
  gateway = await startRoutedGateway([provider(upstream.base, ['ok'])]);
});
afterAll(async () => {
  await gateway.close();
  await upstream.close();
});
const headers = { 'x-vx11-token': adminToken };
const send = async (payload: object, more = {}) =>
  (
    await gateway.inject({
      method: 'POST',
      url: '/vx11/intent',
      headers: { ...headers, ...more },
      payload,
    })
  ).json<IntentAnswer>();

test('an intent that requires switch is answered by a target, and its result can be read again', async () => {
  const asked = { text: 'Say hello.', require: { switch: true }, correlation_id: 'desk-77' };
  const answer = await send(asked, { 'idempotency-key': 'once' });
  expect(answer).toMatchObject({
    status: 'DONE',
    mode: 'SWITCH',
    provider: 'script',
    degraded: false,
    response: { text: 'Hello.', target: 'script/ok' },
  });
  const result = await gateway.inject({ method: 'GET', url: '/vx11/result/desk-77', headers });
  expect(result.json()).toMatchObject({
    status: 'DONE',
    mode: 'SWITCH',
    provider: 'script',
    result: { text: 'Hello.' },
  });
  const before = upstream.seen.length;
  expect(await send(asked, { 'idempotency-key': 'once' })).toMatchObject({ mode: 'SWITCH' });
  expect(upstream.seen.length).toBe(before);
});
