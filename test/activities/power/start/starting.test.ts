import { beforeEach, expect, test } from 'vitest';
import { adoptStack } from '../../../../activities/power/adopt-stack.ts';
import { startServices } from '../../../../activities/power/start/starting.ts';
import { startOrder } from '../../../../domain/services/start-order.ts';
import { servicesByName } from '../../../../activities/compose/catalog.ts';
import { minute } from '../../../domain/samples.ts';
import { cause, startHost, type OneHost } from '../one-host.ts';

let host: OneHost;
const { signal } = new AbortController();
beforeEach(async () => {
  const needsDb = { depends_on: { db: { condition: 'service_started' } } };
  host = await startHost({ db: {}, web: needsDb });
  await adoptStack(host.power);
});

async function startAll() {
  const { power } = host;
  await host.lease(['db', 'web']);
  const byName = servicesByName(power.catalog.known()!);
  const services = startOrder(['web'], byName).map((name) => byName.get(name)!);
  return startServices(power, services, cause, signal, { wanted: new Set(['web']) });
}

test('services start in their order, each after the guard has its lease', async () => {
  const { engine, guard } = host;
  const leased: boolean[] = [];
  engine.watch.subscribe(({ service, action }) => {
    if (action === 'start') leased.push(guard.leaseOf(service) !== null);
  });
  expect(await startAll()).toEqual({ started: ['db', 'web'], failed: [] });
  expect(engine.calls).toEqual(['start shop-db-1', 'start shop-web-1']);
  expect(leased).toEqual([true, true]);
});

test('a service whose lease ran out while it waited for another is not started', async () => {
  const { engine, guard, time } = host;
  const start = engine.start.bind(engine);
  engine.start = async (id) => {
    await start(id);
    time.now += 11 * minute;
  };
  await expect(startAll()).rejects.toMatchObject({
    message: 'its lease ran out while it waited to start',
    nonRetryable: false,
  });
  expect(engine.calls).toEqual(['start shop-db-1']);
  expect(guard.leaseOf('web')).toBeNull();
});
