import { expect, test } from 'vitest';
import { VX11Error } from '../../../contracts/errors.ts';
import { running } from '../../../domain/tasks/task.ts';
import { connectTemporal, type TemporalPort } from '../../../gateway/temporal/port.ts';
import { anAttempt } from '../../domain/tasks/samples.ts';
import { startTaskGateway, task } from './task-fixture.ts';

type Start = TemporalPort['startTask'];
/** The connection is refused: certainly nothing was sent. */
const refused: Start = (...args) => connectTemporal('127.0.0.1:1', 'default').startTask(...args);
/** The start was sent, and may have been carried out. */
const unanswered: Start = () => Promise.reject(new VX11Error('temporal_unavailable', 'late'));
const taken: Start = () => Promise.resolve();

/** A gateway whose Temporal handles each start in another way; all requests have the same key. */
async function gatewayThat(...ways: Start[]) {
  const asked: string[] = [];
  const startSpawn: Start = (view, call) => {
    asked.push(view.spawn_id);
    return ways[asked.length - 1]!(view, call);
  };
  const gateway = await startTaskGateway({ temporal: { startTask: startSpawn } });
  await gateway.open();
  const { store } = gateway;
  return {
    asked,
    store,
    send: () => gateway.post('/vx11/spawn', task, { 'idempotency-key': 'k' }),
    tasks: async () => (await store.tasks.list({ limit: 10 })).spawns,
    begin: (id: string) =>
      store.tasks.change(id, ({ view }) => ({
        view: running(view, 1, Date.now()),
        attempt: anAttempt(),
        events: [],
      })),
  };
}

test('a task whose start was not answered runs once, even if Temporal is down for the retry', async () => {
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

test('a retry does not give up a task that has not begun yet', async () => {
  const { send, tasks } = await gatewayThat(unanswered, refused);
  await send();
  await send();
  expect(await tasks()).toMatchObject([{ state: 'queued' }]);
});

test('a task that began while it was given up continues, and a retry returns it', async () => {
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

test('a retry returns a started task, even if the window has closed since', async () => {
  const { send, tasks, store } = await gatewayThat(unanswered, taken);
  await send();
  for (const open of await store.windows.live()) {
    await store.windows.save({ ...open, state: 'closed' }, []);
    await store.leases.release(open.window_id);
  }
  const [known] = await tasks();
  expect((await send()).body).toMatchObject({ error: null, spawn_id: known!.spawn_id });
});

test('a task that never left the gateway is lost, and a retry starts a new one', async () => {
  const { send, tasks } = await gatewayThat(refused, taken);
  expect((await send()).status).toBe(503);
  const { spawn_id } = (await tasks())[0]!;
  const again = await send();
  expect(again.status).toBe(200);
  expect(again.body['spawn_id']).not.toBe(spawn_id);
});
