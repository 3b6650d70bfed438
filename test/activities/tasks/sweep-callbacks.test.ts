import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { noon } from '../../domain/samples.ts';
import { add, find, finish, lease, stage, sweepFor, useSweepStage } from './sweep-stage.ts';

useSweepStage();

test('who asked to be called back is, and a workflow that waits hears of the end, as soon as Temporal is there', async () => {
  const asked = await add({ callback_url: 'http://127.0.0.1/' });
  stage.temporal.away = true;
  await expect(stage.sweep()).rejects.toThrow('away');
  stage.now += 3000;
  await expect(stage.sweep()).rejects.toThrow('away');
  expect((await find(asked)).state).toBe('killed');
  expect(stage.temporal.told).toEqual([]);
  stage.temporal.away = false;
  await stage.sweep();
  await stage.sweep();
  expect(stage.temporal.told).toEqual([`${asked.spawn_id} window_closed, call back`]);
});

test('who asked is called back although the workflow was gone when the task ended, also by another madre', async () => {
  await lease(noon + 1e9);
  const view = await add({ callback_url: 'http://127.0.0.1/' });
  const silent = await add();
  stage.temporal.runs.clear();
  await finish(view);
  await finish(silent);
  await stage.sweep();
  expect(stage.temporal.told).toEqual([]); // its workflow may be at it
  await sweepFor(12_000);
  expect(stage.temporal.told).toEqual([`${view.spawn_id} cancelled, call back`]);
  await sweepFor(200_000);
  expect(stage.temporal.told).toHaveLength(1);
  expect(await stage.store.spawns.untold('nas', 10)).toEqual([]);
});

test('a callback that its workflow has seen to is not asked for again', async () => {
  await lease(noon + 1e9);
  const [busy, done] = [
    await add({ callback_url: 'http://127.0.0.1/' }),
    await add({ callback_url: 'http://127.0.0.1/' }),
  ];
  stage.temporal.done.add(done.spawn_id);
  stage.temporal.runs.delete(done.spawn_id);
  await finish(busy);
  await finish(done);
  await sweepFor(60_000);
  expect(stage.temporal.told).toEqual([]);
  const untold = await stage.store.spawns.untold('box', 10);
  expect(untold.map(({ spawn_id }) => spawn_id)).toEqual([busy.spawn_id]);
});

test('a callback that was delivered is noted', async () => {
  const server = createServer((_, reply) => void reply.writeHead(204).end()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const view = await add({ callback_url: `http://127.0.0.1:${port}/` });
  await finish(view);
  expect(await stage.store.spawns.untold('box', 10)).toHaveLength(1);
  await stage.keeper.deliverCallback({ spawn_id: view.spawn_id });
  expect(await stage.store.spawns.untold('box', 10)).toEqual([]);
});
