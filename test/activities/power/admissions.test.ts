import { expect, test } from 'vitest';
import {
  createAdmissions,
  leaveTrial,
  reserveTrial,
} from '../../../activities/power/admissions.ts';
import { servicesByName } from '../../../activities/compose/catalog.ts';
import { adoptStack } from '../../../activities/power/adopt-stack.ts';
import { createFakeEngine } from './fake-engine.ts';
import { aWindow, minute } from '../../domain/samples.ts';
import { startHost, type OneHost } from './one-host.ts';

/** A host whose Engine reports this many GPUs. */
async function hostWith(gpus: number | null, services: Record<string, object>): Promise<OneHost> {
  const host = await startHost(services);
  const { host: plain } = createFakeEngine('shop', () => 0);
  host.engine.host = async () => ({ ...(await plain()), gpus });
  await adoptStack(host.power);
  return host;
}

async function reserve({ power, time }: OneHost, service: string) {
  const catalog = await power.catalog.current();
  const view = aWindow({
    window_id: `window-000000000000${service}`,
    target: service,
    services: [service],
  });
  await power.store.windows.save(view, []);
  const wanted = servicesByName(catalog).get(service)!;
  const deadline = time.now + 10 * minute;
  return createAdmissions(power).reserve(catalog, view, [wanted], deadline);
}

const gpus = [{ count: 1 }];

test('two services that each need the only GPU of the host do not run at the same time', async () => {
  const host = await hostWith(1, { comfy: { gpus }, llama: { gpus } });
  expect(await reserve(host, 'comfy')).toEqual({ admit: true });
  expect(await reserve(host, 'llama')).toEqual({
    admit: false,
    because: '1 GPU needed, 0 of 1 free; held by comfy',
  });
  await host.store.leases.release('window-000000000000comfy');
  expect(await reserve(host, 'llama')).toEqual({ admit: true });
});

test('GPUs are not counted if their number is unknown', async () => {
  const host = await hostWith(null, { comfy: { gpus }, llama: { gpus } });
  expect(await reserve(host, 'comfy')).toEqual({ admit: true });
  expect(await reserve(host, 'llama')).toEqual({ admit: true });
});

test('the trial of a repair takes its room beside the windows, and they beside it', async () => {
  const host = await hostWith(1, { comfy: { gpus }, llama: { gpus } });
  const { power } = host;
  const { services } = await power.catalog.current();
  const copy = services.filter(({ name }) => name === 'comfy');
  expect(await reserveTrial(power, 't1', copy)).toEqual({ admit: true });
  expect(await reserve(host, 'llama')).toMatchObject({ admit: false });
  leaveTrial(power, 't1');
  expect(await reserve(host, 'llama')).toEqual({ admit: true });
  expect(await reserveTrial(power, 't1', copy)).toMatchObject({ admit: false });
});
