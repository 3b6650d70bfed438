import { afterAll, beforeAll, expect, test } from 'vitest';
import { askSwitchForPlan } from '../../../../activities/plans/steps/ask-switch.ts';
import { serveHealth, type HealthServer } from '../../../../workers/health-server.ts';
import { switchRoutes } from '../../../../workers/switch/routes.ts';
import { aPlan } from '../../../domain/plans/plan-samples.ts';
import { provider, startRouted, type Routed } from '../../routing/routed.ts';
import { startScriptedProvider, type ScriptedProvider } from '../../routing/scripted-provider.ts';

const key = 'the-internal-key-of-tests';
let upstream: ScriptedProvider;
let routed: Routed;
let server: HealthServer;
beforeAll(async () => {
  upstream = await startScriptedProvider();
  routed = await startRouted([provider(upstream.base, ['ok'])]);
  const health = () => ({ status: 'ok' as const, module: 'switch', version: '0' });
  const routes = switchRoutes(routed.router, key);
  server = await serveHealth({ host: '127.0.0.1', port: 0 }, health, { routes });
});
afterAll(async () => {
  await server.close();
  await routed.close();
  await upstream.close();
});

const step = (action: string, by = key) => {
  const url = `http://127.0.0.1:${server.port}`;
  const { steps: _steps, ...plan } = aPlan({ plan_id: 'plan-00000000000000aa', actor: 'ana' });
  const work = askSwitchForPlan({ store: routed.store, url, key: by });
  return work(plan, { action, text: 'Say hello.', step_id: 's1' }, new AbortController().signal);
};

test('a step is answered, on the account of the plan’s owner, with the decision that explains it', async () => {
  const end = await step('summarize');
  expect(end).toMatchObject({ status: 'DONE', result: { target: 'script/ok', reply: 'Hello.' } });
  await routed.router.flush();
  const { decision_id } = end.result as { decision_id: string };
  const decision = await routed.store.routing.decisions.find(decision_id);
  expect(decision).toMatchObject({ owner: 'ana', record: { request: { type: 'summarize' } } });
});

test('what switch does not do is refused, and so is a call with another key', async () => {
  expect(await step('paint')).toMatchObject({ error: { code: 'unknown_action' } });
  const wrong = await step('chat', 'a-wrong-key-of-tests');
  expect(wrong).toMatchObject({ status: 'ERROR', error: { code: 'switch_unavailable' } });
});
