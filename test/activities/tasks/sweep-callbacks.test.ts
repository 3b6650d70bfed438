import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { noon } from '../../domain/samples.ts';
import { add, find, finish, lease, fixture, sweepFor, useSweepFixture } from './sweep-fixture.ts';

useSweepFixture();

test('callbacks are delivered and waiting workflows are signalled as soon as Temporal is back', async () => {
  const asked = await add({ callback_url: 'http://127.0.0.1/' });
  fixture.temporal.away = true;
  await expect(fixture.sweep()).rejects.toThrow('away');
  fixture.now += 3000;
  await expect(fixture.sweep()).rejects.toThrow('away');
  expect((await find(asked)).state).toBe('killed');
  expect(fixture.temporal.signals).toEqual([]);
  fixture.temporal.away = false;
  await fixture.sweep();
  await fixture.sweep();
  expect(fixture.temporal.signals).toEqual([`${asked.spawn_id} window_closed, call back`]);
});

test('a callback is delivered even if the workflow was gone when the task ended, also by another madre', async () => {
  await lease(noon + 1e9);
  const view = await add({ callback_url: 'http://127.0.0.1/' });
  const silent = await add();
  fixture.temporal.runs.clear();
  await finish(view);
  await finish(silent);
  await fixture.sweep();
  expect(fixture.temporal.signals).toEqual([]); // its workflow may be delivering it
  await sweepFor(12_000);
  expect(fixture.temporal.signals).toEqual([`${view.spawn_id} cancelled, call back`]);
  await sweepFor(200_000);
  expect(fixture.temporal.signals).toHaveLength(1);
  expect(await fixture.store.tasks.pendingCallbacks('nas', 10)).toEqual([]);
});

test('a callback that its workflow has handled is not requested again', async () => {
  await lease(noon + 1e9);
  const [busy, done] = [
    await add({ callback_url: 'http://127.0.0.1/' }),
    await add({ callback_url: 'http://127.0.0.1/' }),
  ];
  fixture.temporal.done.add(done.spawn_id);
  fixture.temporal.runs.delete(done.spawn_id);
  await finish(busy);
  await finish(done);
  await sweepFor(60_000);
  expect(fixture.temporal.signals).toEqual([]);
  const pending = await fixture.store.tasks.pendingCallbacks('box', 10);
  expect(pending.map(({ spawn_id }) => spawn_id)).toEqual([busy.spawn_id]);
});

test('a delivered callback is recorded', async () => {
  const server = createServer((_, reply) => void reply.writeHead(204).end()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const view = await add({ callback_url: `http://127.0.0.1:${port}/` });
  await finish(view);
  expect(await fixture.store.tasks.pendingCallbacks('box', 10)).toHaveLength(1);
  await fixture.keeper.deliverCallback({ spawn_id: view.spawn_id });
  expect(await fixture.store.tasks.pendingCallbacks('box', 10)).toEqual([]);
});
