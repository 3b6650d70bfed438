import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OpenaiError } from '../../../contracts/openai.ts';
import type { ProviderEntry } from '../../../contracts/provider.ts';
import { free, modelsOf } from '../../activities/routing/routed.ts';
import {
  startScriptedProvider,
  type ScriptedProvider,
} from '../../activities/routing/scripted-provider.ts';
import { aService } from '../../domain/samples.ts';
import { catalog } from '../fixture.ts';
import { windowsThat } from './opening-windows.ts';
import { startRoutedGateway, type RoutedGateway } from './routed-gateway.ts';

let upstream: ScriptedProvider;
beforeAll(async () => void (upstream = await startScriptedProvider()));
afterAll(() => upstream.close());

/** Two models of this machine, each behind a service of 600 MB; the host has 1000 MB for windows. */
const local = (service: string, model: string, quality: number): ProviderEntry => ({
  id: service,
  kind: 'openai',
  base_url: upstream.base,
  service,
  tags: ['local'],
  models: modelsOf([model], { price: free, quality }),
});

/** switch reads the state of services again after 500 ms. */
const reread = () => new Promise((resolve) => void setTimeout(resolve, 600));

async function start(how: Parameters<typeof windowsThat>[0]) {
  let gateway: RoutedGateway | null = null;
  const { sent, temporal } = windowsThat(how, () => gateway!.store);
  const providers = [local('smol', 'slow-chunks:150', 0.4), local('big', 'ok', 0.9)];
  gateway = await startRoutedGateway(providers, { gateway: { deps: { temporal } } });
  const memory_bytes = 600e6;
  const services = [
    aService('switch'),
    aService('smol', { memory_bytes }),
    aService('big', { memory_bytes }),
  ];
  const budget = { memory_bytes: 1000e6, cpus: null };
  await gateway.store.services.saveCatalog({ ...catalog(services), budget }, []);
  await reread();
  const token = await gateway.token('operator');
  const ask = async (model: string, headers: Record<string, string> = {}, stream = false) => {
    const answer = await fetch(`${gateway.base}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ model, stream, messages: [{ role: 'user', content: 'hello' }] }),
    });
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  };
  return { ...gateway, sent, ask };
}
const errorOf = (text: string) => (JSON.parse(text) as OpenaiError).error;

test('21678: of two local models that do not fit together the one that answers is never ended, and the other one is not woken', async () => {
  const gateway = await start({});
  const first = gateway.ask('smol/slow-chunks:150', {}, true);
  await expect.poll(() => upstream.count('slow-chunks:150'), { timeout: 20_000 }).toBe(1);
  await reread();
  const chosen = await gateway.ask('auto', { 'x-vx11-seed': '7' }, true);
  expect(chosen.headers.get('x-vx11-target')).toBe('smol/slow-chunks:150');
  await gateway.router.flush();
  const id = chosen.headers.get('x-vx11-decision')!;
  const { record } = (await gateway.store.routing.decisions.find(id))!;
  expect(record.excluded).toMatchObject([{ id: 'big/ok', reasons: ['no_room'] }]);
  const named = await gateway.ask('big/ok');
  expect(named.status).toBe(503);
  expect(errorOf(named.text)).toMatchObject({ code: 'no_target' });
  expect(Number(named.headers.get('retry-after'))).toBeGreaterThan(30);
  expect((await first).text).toMatch(/"content":"19 "[\s\S]*"finish_reason":"stop"[\s\S]*\[DONE\]/);
  expect(gateway.sent).toEqual(['smol']);
  await gateway.close();
});

test('21678: with a deadline it waits for the end of the window that takes the room, and answers then', async () => {
  const gateway = await start({ seconds: 3 });
  await gateway.ask('smol/slow-chunks:150', {}, true);
  const { status, text } = await gateway.ask('big/ok', { 'x-vx11-deadline-ms': '30000' });
  expect([status, text]).toEqual([200, expect.stringContaining('Hello.')]);
  expect(gateway.sent).toEqual(['smol', 'big']);
  await gateway.close();
});

test('a host without room says nothing about how a model wakes', async () => {
  const gateway = await start({ full: true });
  const { status } = await gateway.ask('auto');
  expect(status).toBeGreaterThanOrEqual(500);
  expect(gateway.sent.length).toBeGreaterThan(0);
  await gateway.router.flush();
  const wakes = (await gateway.store.routing.state.read('wakes'))?.value;
  expect(wakes).toMatchObject({ wakes: {} });
  await gateway.close();
});
