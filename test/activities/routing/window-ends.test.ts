import { afterAll, beforeAll, expect, test } from 'vitest';
import { pause } from '../../../platform/concurrency/pause.ts';
import { aService } from '../../domain/samples.ts';
import { catalog } from '../../gateway/fixture.ts';
import { errorIn, modelsOf, startRouted, type Routed } from './routed.ts';
import { startScriptedProvider, type ScriptedProvider } from './scripted-provider.ts';

let upstream: ScriptedProvider;
let one: Routed;
const lease = { window_id: 'window-0000000000000001', host: 'box', service: 'smol' };
const local = () => ({
  id: 'local',
  kind: 'openai' as const,
  base_url: upstream.base,
  service: 'smol',
  models: modelsOf(['cut-at:3', '500']),
});
const hold = () =>
  one.store.leases.reserve(
    lease.window_id,
    [{ ...lease, deadline: Date.now() + 60_000, is_open: true }],
    Date.now(),
  );
beforeAll(async () => {
  upstream = await startScriptedProvider();
  one = await startRouted([local()]);
  await one.store.services.saveCatalog(catalog([aService('smol')]), []);
  await hold();
});
afterAll(async () => {
  await one.close();
  await upstream.close();
});

test('a service whose window ended in the middle is no failure of its model, and teaches nothing', async () => {
  expect((await one.ask({ model: 'local/500' })).status).toBe(502);
  await one.store.leases.release(lease.window_id);
  await pause(600); // what is known of services is at most half a second old
  const answer = await one.ask({ model: 'local/cut-at:3', stream: true }, { may_open: true });
  // it is asked for a wake first
  expect(answer.body).toMatchObject({ service: 'smol', target: 'local/cut-at:3' });
  await hold();
  const asked = one.router.chat(
    { model: 'local/cut-at:3', stream: true, messages: [{ role: 'user', content: 'hello' }] },
    {
      owner: 'ana',
      owner_id: 'token-1',
      may_open: true,
      correlation_id: 'desk-1',
      surface: 'chat',
      source: 'person',
      options: {},
      woken: {
        ...(answer.body as { decision_id: string }),
        service: 'smol',
        host: 'box',
        ok: true,
        seconds: 2,
      },
    },
    new AbortController().signal,
  );
  const reply = await asked;
  await one.store.leases.release(lease.window_id);
  let text = '';
  if (reply.kind === 'stream') for await (const piece of reply.text) text += piece;
  expect(text).toContain('The window of the model ended before the answer was complete.');
  const { tries } = await answer.decision();
  expect(tries.map(({ failure }) => failure)).toEqual(['window_ended']);
  const limits = (await one.store.routing.state.limits()).map(({ scope }) => scope);
  expect(limits).toEqual(['breaker:local/500']);
});

test('a window that ends too soon is made longer for who may, and else its model is not chosen', async () => {
  const soon = [{ ...lease, deadline: Date.now() + 3000, is_open: true }];
  await one.store.leases.reserve(lease.window_id, soon, Date.now());
  const other = await startRouted([local()]);
  await other.store.services.saveCatalog(catalog([aService('smol')]), []);
  await other.store.leases.reserve(lease.window_id, soon, Date.now());
  const longer = await other.ask({ max_tokens: 4000 }, { may_open: true });
  expect(longer.body).toMatchObject({ service: 'smol', window_seconds: 120 });
  const answer = await other.ask({ max_tokens: 4000 });
  expect(answer.status).toBe(503);
  expect(errorIn(answer)!.message).toContain('window_ends_too_soon');
  await other.close();
});
