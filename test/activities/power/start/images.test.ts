import { beforeEach, expect, test } from 'vitest';
import { ComposeError } from '../../../../activities/compose/compose-error.ts';
import { PullError } from '../../../../activities/images/pull.ts';
import { adoptStack } from '../../../../activities/power/adopt-stack.ts';
import { startServices } from '../../../../activities/power/start/starting.ts';
import { servicesByName } from '../../../../activities/compose/catalog.ts';
import { startOrder } from '../../../../domain/services/start-order.ts';
import { cause, startHost, type OneHost } from '../one-host.ts';

let host: OneHost;
const { signal } = new AbortController();
beforeEach(async () => {
  host = await startHost({
    db: { image: 'postgres:18' },
    web: { image: 'site:1', depends_on: { db: { condition: 'service_started' } } },
    alone: { image: 'other:1' },
    built: { build: { context: '.' } },
    named: { image: 'own:1', build: { context: '.' } },
    reuses: { image: 'own:1', 'x-vx11': { pull: 'never' } },
    mounted: { image: 'site:1', volumes: [{ type: 'image', source: 'data:1' }] },
  });
  await adoptStack(host.power);
});

async function start(...names: string[]) {
  const { power } = host;
  const byName = servicesByName(power.catalog.known()!);
  const members = startOrder(names, byName);
  const { window_id } = await host.lease(members, {
    state: 'opening',
    kind: 'operator',
    target: null,
  });
  await power.leases.refresh();
  const services = members.map((name) => byName.get(name)!);
  return startServices(power, services, { ...cause, window_id }, signal, {
    wanted: new Set(names),
  });
}
const eventTypes = async (): Promise<string[]> =>
  (await host.store.events.after(0, 100)).map(({ type }) => type);

test('an image that exists is not pulled', async () => {
  expect((await start('web')).failed).toEqual([]);
  expect(host.images.calls).toEqual([]);
});

test('a missing image is pulled before its container is created, and its progress is reported', async () => {
  host.images.absent.add('site:1');
  expect((await start('web')).failed).toEqual([]);
  expect(host.images.calls).toEqual(['pull site:1']);
  const event = (await host.store.events.after(0, 100)).find(
    ({ type }) => type === 'image.pulling',
  );
  expect(event).toMatchObject({
    service: 'web',
    payload: { image: 'site:1', text: 'pulling 43 %, 210 of 480 MB', percent: 43 },
  });
  expect(await eventTypes()).toContain('image.pulled');
  expect(host.power.seen.get('web').note).toBeNull();
});

test('an image that cannot be pulled fails its service and the services that need it, and no others', async () => {
  host.images.absent.add('postgres:18');
  host.images.refusal = new PullError('manifest unknown');
  const { started, failed } = await start('web', 'alone');
  expect(started).toEqual(['alone']);
  expect(failed).toMatchObject([
    { service: 'db', error: 'image_missing' },
    { service: 'web', error: 'dependency_failed' },
  ]);
});

test('an image is built if no registry has it, or if it has no name to pull', async () => {
  host.images.absent.add('own:1').add('shop-built');
  host.images.refusal = new PullError('manifest unknown');
  const { failed } = await start('built', 'named');
  expect(failed).toEqual([]);
  expect(host.images.calls).toEqual(['pull own:1', 'build built', 'build named']);
});

test('an image that another service builds is not missing, unless the build fails', async () => {
  host.images.absent.add('own:1');
  host.images.refusal = new PullError('manifest unknown');
  const { build } = host.images;
  host.images.build = async () => Promise.reject(new ComposeError('the build ended with 1'));
  const { failed } = await start('named', 'reuses');
  expect(failed).toMatchObject([
    { service: 'named', error: 'build_failed' },
    { service: 'reuses', error: 'build_failed' },
  ]);
  host.images.build = build;
  expect((await start('named', 'reuses')).failed).toEqual([]);
});

test('an image that is mounted as a volume is pulled too', async () => {
  host.images.absent.add('data:1');
  await start('mounted');
  expect(host.images.calls).toEqual(['pull data:1']);
});

test('a container with an older image is recreated, unless it runs', async () => {
  const creates: string[][] = [];
  const { create } = host.power.compose;
  host.power.compose.create = async (names, existing) => {
    creates.push([...names, ...(existing === undefined ? [] : [existing])]);
    await create(names, existing);
  };
  host.engine.put('db', { state: 'exited', image_id: 'sha256:postgres:17' });
  host.engine.put('alone', { state: 'running', image_id: 'sha256:other:0' });
  await start('db', 'alone');
  expect(creates).toEqual([['db']]);
});
