import { afterAll, beforeAll, expect, test } from 'vitest';
import { aService } from '../../domain/samples.ts';
import {
  adminToken,
  beat,
  catalog,
  observation,
  startGateway,
  view,
  type Gateway,
} from '../fixture.ts';

const service = 'shubniggurath';
const hint = 'ffmpeg missing. Build the image with it: npm run image -- audio';
let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
  await gateway.store.services.saveCatalog(catalog([aService(service)]), []);
});
afterAll(() => gateway.close());

const get = async (url: string) =>
  (await gateway.inject({ url, headers: { 'x-vx11-token': adminToken } })).json();
const inStatus = async (): Promise<unknown> => {
  const { services } = await get('/vx11/status');
  return services.find(({ name }: { name: string }) => name === service);
};

test('a service that lacks programs is degraded while it runs, with what brings them, and asleep it is asleep', async () => {
  const { store } = gateway;
  await beat(store, Date.now(), { lacking: { [service]: hint } });
  expect(await inStatus()).toMatchObject({ health: 'off_by_policy', reason: null });

  const window = view({ services: [service], members: [service], target: service });
  const { window_id } = window;
  await store.windows.save(window, []);
  const until = { deadline: Date.now() + 60_000, is_open: true };
  await store.leases.reserve(window_id, [{ window_id, host: 'box', service, ...until }], 0);
  await store.services.observe([observation(service)], [], Date.now());
  expect(await inStatus()).toMatchObject({ health: 'degraded', reason: hint });
  const { components, status } = await get('/operator/status');
  expect(components[service]).toEqual({ status: 'degraded', reason: hint });
  expect(status).not.toBe('ok');

  await beat(store, Date.now(), { lacking: {} });
  expect(await inStatus()).toMatchObject({ health: 'ok', reason: null });
});
