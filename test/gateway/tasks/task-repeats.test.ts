import { expect, test } from 'vitest';
import { VX11Error } from '../../../contracts/errors.ts';
import { running } from '../../../domain/tasks/spawn.ts';
import { connectTemporal, type TemporalPort } from '../../../gateway/temporal/port.ts';
import { anAttempt } from '../../domain/tasks/samples.ts';
import { startSpawnGateway, task } from './task-fixture.ts';

type Start = TemporalPort['startSpawn'];
/** Nobody listens: it is certain that nothing was sent. */
const refused: Start = (...args) => connectTemporal('127.0.0.1:1', 'default').startSpawn(...args);
/** It was sent, and perhaps done. */
const unanswered: Start = () => Promise.reject(new VX11Error('temporal_unavailable', 'late'));
const taken: Start = () => Promise.resolve();

/** A gateway whose Temporal meets each start in its own way; what is sent to it carries one key. */
async function gatewayThat(...ways: Start[]) {
  const asked: string[] = [];
  const startSpawn: Start = (view, call) => {
    asked.push(view.spawn_id);
    return ways[asked.length - 1]!(view, call);
  };
  const gateway = await startSpawnGateway({ temporal: { startSpawn } });
  await gateway.open();
  const { store } = gateway;
  return {
    asked,
    store,
    send: () => gateway.post('/vx11/spawn', task, { 'idempotency-key': 'k' }),
    tasks: async () => (await store.spawns.list({ limit: 10 })).spawns,
    begin: (id: string) =>
      store.spawns.change(id, ({ view }) => ({
        view: running(view, 1, Date.now()),
        attempt: anAttempt(),
        events: [],
      })),
  };
}

test('a task whose start was not answered runs on, and once, while Temporal is away for its repeat', async () => {
  const { send, tasks, begin, asked } = await gatewayThat(unanswered, refused, taken);
  expect((await send()).status).toBe(503);
  const { spawn_id } = (await tasks())[0]!;
  await begin(spawn_id);
  const second = await send();
  expect(second).toMatchObject({ status: 503, body: { error: 'temporal_unavailable' } });
  expect(second.body['detail']).toContain(spawn_id);
  expect(await tasks()).toMatchObject([{ spawn_id, state: 'running' }]);
  expect(await send()).toMatchObject({ status: 200, body: { spawn_id } });
  expect(asked).toEqual([spawn_id, spawn_id, spawn_id]);
  expect(await tasks()).toHaveLength(1);
});

test('a task that is not begun yet is not given up by its repeat either', async () => {
  const { send, tasks } = await gatewayThat(unanswered, refused);
  await send();
  await send();
  expect(await tasks()).toMatchObject([{ state: 'queued' }]);
});

test('a task that somebody began while it was given up goes on, and its repeat is about it', async () => {
  const first: Start = async (view, call) => {
    await gateway.begin(view.spawn_id);
    return refused(view, call);
  };
  const gateway = await gatewayThat(first, taken);
  expect((await gateway.send()).status).toBe(503);
  const [begun] = await gateway.tasks();
  expect(begun).toMatchObject({ state: 'running' });
  expect((await gateway.send()).body).toMatchObject({ spawn_id: begun!.spawn_id });
});

test('a task that was started is told to its repeat, though the window has closed since', async () => {
  const { send, tasks, store } = await gatewayThat(unanswered, taken);
  await send();
  for (const open of await store.windows.live()) {
    await store.windows.save({ ...open, state: 'closed' }, []);
    await store.leases.release(open.window_id);
  }
  const [known] = await tasks();
  expect((await send()).body).toMatchObject({ error: null, spawn_id: known!.spawn_id });
});

test('a task that never left the gateway is lost, and its repeat is another one', async () => {
  const { send, tasks } = await gatewayThat(refused, taken);
  expect((await send()).status).toBe(503);
  const { spawn_id } = (await tasks())[0]!;
  const again = await send();
  expect(again.status).toBe(200);
  expect(again.body['spawn_id']).not.toBe(spawn_id);
});
