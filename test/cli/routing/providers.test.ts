import { afterAll, beforeAll, expect, test } from 'vitest';
import { provider } from '../../activities/routing/routed.ts';
import {
  startScriptedProvider,
  type ScriptedProvider,
} from '../../activities/routing/scripted-provider.ts';
import { adminToken } from '../../gateway/fixture.ts';
import { startRoutedGateway, type RoutedGateway } from '../../gateway/routing/routed-gateway.ts';
import { vx11 } from '../fixture.ts';

let upstream: ScriptedProvider;
let gateway: RoutedGateway;
beforeAll(async () => {
  upstream = await startScriptedProvider();
  gateway = await startRoutedGateway([provider(upstream.base, ['402', 'ok'])]);
});
afterAll(async () => {
  await gateway.close();
  await upstream.close();
});
const run = (...line: string[]) => vx11(line, { VX11_URL: gateway.base, VX11_TOKEN: adminToken });
const ask = async (model: string) => {
  const answer = await fetch(`${gateway.base}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'hello' }] }),
  });
  return { status: answer.status, id: answer.headers.get('x-vx11-decision')! };
};

test('vx11 providers shows each provider, its models, and what is left alone, until it is reset', async () => {
  const before = await run('providers', '--models');
  expect(before.code).toBe(0);
  expect(before.out).toMatch(/script +openai +2 +SCRIPT_KEY +ok/);
  expect(before.out).toMatch(/script\/ok +100000 +1 +2 +tools,vision,json +ok/);
  await ask('script/402');
  await expect.poll(async () => (await run('providers')).out).toContain('no_money until');
  const reset = await run('providers', '--reset', 'script');
  expect(reset.err).toMatch(/script: \d+ cooldowns and breakers forgotten/);
  expect((await run('providers', '--reset', 'nobody')).code).not.toBe(0);
});

test('vx11 route explain says why, what was tried, and what it cost', async () => {
  const { id } = await ask('script/ok');
  const { code, out } = await run('route', 'explain', id);
  expect(code).toBe(0);
  expect(out).toContain('script/ok: named by the caller');
  expect(out).toContain('script/402: not_named');
  expect(out).toMatch(/script\/ok answered in \d+ ms/);
  expect(out).toContain('answered: 9 tokens in, 3 out, for 0.000015 USD');
});
