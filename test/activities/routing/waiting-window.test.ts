import { afterAll, beforeAll, expect, test } from 'vitest';
import type { WakeReport, WakeRequest } from '../../../contracts/routing-call.ts';
import { pause } from '../../../platform/concurrency/pause.ts';
import { aService } from '../../domain/samples.ts';
import { catalog } from '../../gateway/fixture.ts';
import { callBy, modelsOf, startRouted, type Routed } from './routed.ts';
import { startScriptedProvider, type ScriptedProvider } from './scripted-provider.ts';

let upstream: ScriptedProvider;
beforeAll(async () => void (upstream = await startScriptedProvider()));
afterAll(() => upstream.close());

const lease = { window_id: 'window-0000000000000001', host: 'box', service: 'smol' };
/** A model that answers one at a time, and sleeps. */
async function start(): Promise<Routed> {
  const one = await startRouted([
    {
      id: 'local',
      base_url: upstream.base,
      service: 'smol',
      limits: { concurrency: 1 },
      models: modelsOf(['ok', 'hang']),
    },
  ]);
  await one.store.services.saveCatalog(catalog([aService('smol')]), []);
  return one;
}
const asked = (model: string) => ({
  model: `local/${model}`,
  messages: [{ role: 'user', content: 'hello' }],
});
const wakeOf = async (one: Routed, model: string): Promise<WakeRequest> => {
  const { body } = await one.ask(asked(model), { may_open: true });
  expect(body).toMatchObject({ service: 'smol', about_seconds: 5 });
  return body as WakeRequest;
};
const woke = ({ decision_id, service, host }: WakeRequest): WakeReport => ({
  decision_id,
  service,
  host,
  ok: true,
  seconds: 1,
});

test('the window that a request asks for lasts for those that wait before it', async () => {
  const one = await start();
  expect((await wakeOf(one, 'ok')).window_seconds).toBe(120);
  for (let nth = 0; nth < 98; nth += 1) await wakeOf(one, 'ok');
  const { window_seconds } = await wakeOf(one, 'ok');
  expect(window_seconds).toBeGreaterThan(300);
  await one.close();
});

test('a request whose window ended while it stood in line asks for another one, and is not sent to what sleeps', async () => {
  const one = await start();
  const call = (wake: WakeRequest) => callBy({ may_open: true, woken: woke(wake) });
  const [first, second] = [await wakeOf(one, 'hang'), await wakeOf(one, 'ok')];
  const until = [{ ...lease, deadline: Date.now() + 60_000, is_open: true }];
  await one.store.leases.reserve(lease.window_id, until, Date.now());
  const hanging = new AbortController();
  const busy = one.router.chat(asked('hang'), call(first), hanging.signal);
  await expect.poll(() => upstream.count('hang'), { interval: 5 }).toBe(1);
  const waiting = one.router.chat(asked('ok'), call(second), new AbortController().signal);
  await pause(100);
  await one.store.leases.release(lease.window_id);
  await pause(600); // what is known of services is at most half a second old
  hanging.abort();
  expect(await busy).toMatchObject({ kind: 'json', status: 499 });
  expect(await waiting).toMatchObject({
    kind: 'wake',
    request: { decision_id: second.decision_id, service: 'smol' },
  });
  expect(upstream.count('ok')).toBe(0);
  await one.close();
});
