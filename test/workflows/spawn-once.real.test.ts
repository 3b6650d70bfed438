import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import type { TaskView } from '../../contracts/task.ts';
import { until } from '../stack/wait.ts';
import { startTaskBench, type TaskBench } from './task-bench.ts';
import type { CallFault } from './workers.ts';

let bench: TaskBench;
beforeAll(async () => void (bench = await startTaskBench(inject('temporalAddress'))));
afterAll(() => bench?.stop());
afterEach(() => {
  bench.fault = null;
  bench.calls.length = 0;
  bench.sandboxes.ran.length = 0;
  bench.sandboxes.outcome = () => ({});
  bench.sandboxes.output = '';
});

const ended = async (view: TaskView) => {
  const report = await bench.handle(view).result();
  const record = (await bench.store.tasks.record(view.spawn_id))!;
  expect(report).toEqual({ state: record.view.state, ended: true, pause_ms: 0 });
  expect(record.spec).toBeNull();
  return record;
};
const failing = () => ({ outcome: 'failed', exit_code: 1 }) as const;
const runs = (view: TaskView) =>
  until('it runs', async () => (await bench.store.tasks.find(view.spawn_id))?.state === 'running');

test('a task that succeeds has one attempt, one activity and one result', async () => {
  bench.sandboxes.output = 'hi\n';
  const view = await bench.start();
  const { view: over, attempts } = await ended(view);
  expect(over).toMatchObject({ status: 'DONE', exit_code: 0, peak_memory_mb: 1 });
  expect(attempts).toHaveLength(1);
  expect(bench.calls).toEqual(['runAttempt']);
  const said = await bench.store.taskOutput.ofAttempt(view.spawn_id, 1);
  expect(said.map(({ bytes }) => Buffer.from(bytes).toString())).toEqual(['hi\n']);
  const events = await bench.store.events.after(0, 100);
  expect(events.map(({ type }) => type).slice(-2)).toEqual(['spawn.running', 'spawn.finished']);
});

test('a retry is a new attempt, a level deeper, up to the requested number', async () => {
  bench.sandboxes.outcome = failing;
  const { view, attempts } = await ended(await bench.start({ max_retries: 2 }));
  expect(view).toMatchObject({ state: 'failed', mutation_level: 2, error: 'exit' });
  expect(attempts.map(({ state }) => state)).toEqual(['failed', 'failed', 'failed']);
  expect(bench.sandboxes.ran).toHaveLength(3);
});

test('a task ends when it is cancelled while it runs, between attempts, and in Temporal itself', async () => {
  bench.sandboxes.outcome = () => null;
  const running = await bench.start();
  await runs(running);
  await bench.requestEnd(running, { reason: 'cancelled', by: 'ada' });
  expect((await ended(running)).view).toMatchObject({ state: 'cancelled', cause: 'cancelled' });

  bench.sandboxes.outcome = failing;
  const pausing = await bench.start({ max_retries: 10 });
  await until('it pauses', () => bench.calls.filter((name) => name === 'runAttempt').length === 4);
  await bench.requestEnd(pausing, { reason: 'window_closed', by: 'madre' });
  expect((await ended(pausing)).view).toMatchObject({ cause: 'window_closed' });

  bench.sandboxes.outcome = () => null;
  const foreign = await bench.start();
  await runs(foreign);
  await bench.handle(foreign).cancel();
  expect((await ended(foreign)).view).toMatchObject({ state: 'cancelled', cause: 'cancelled' });
});

test('a running attempt ends when only the store requests it', async () => {
  bench.sandboxes.outcome = () => null;
  const view = await bench.start();
  await runs(view);
  const ending = { reason: 'window_closed', by: 'madre', at: Date.now() } as const;
  await bench.store.tasks.requestEnd(view.spawn_id, ending);
  expect((await ended(view)).view).toMatchObject({ state: 'killed', cause: 'window_closed' });
});

test('a cancelled parent ends its children', async () => {
  bench.sandboxes.outcome = () => null;
  const parent = await bench.start();
  const child = await bench.start({ parent_id: parent.spawn_id });
  await runs(child);
  await bench.handle(parent).cancel();
  await ended(parent);
  expect((await ended(child)).view).toMatchObject({ state: 'cancelled' });
});

test('a running task ends at its deadline', async () => {
  bench.sandboxes.outcome = () => null;
  const now = Date.now();
  const expires_at = new Date(now + 700).toISOString();
  const { view } = await ended(await bench.start({ expires_at, max_retries: 9 }, now));
  expect(view).toMatchObject({ state: 'timeout', cause: 'wall_time' });
});

test('an attempt runs once, also when it is requested again', async () => {
  const view = await bench.start();
  await ended(view);
  const again = await bench.runAttempt({ spawn_id: view.spawn_id, attempt: 1 });
  expect(again).toEqual({ state: 'completed', ended: true, pause_ms: 0 });
  expect(bench.sandboxes.ran).toEqual([`${view.spawn_id} 1`]);
});

describe('without a spawner', () => {
  let idle: TaskBench;
  beforeAll(async () => {
    idle = await startTaskBench(inject('temporalAddress'), { spawner: false });
  });
  afterAll(() => idle?.stop());

  test('a task waits, and is cancelled at once', async () => {
    const view = await idle.start();
    await idle.requestEnd(view, { reason: 'cancelled', by: 'ada' });
    expect(await idle.handle(view).result()).toMatchObject({ state: 'cancelled' });
  });

  test('a task ends at its deadline', async () => {
    const now = Date.now();
    const view = await idle.start({ expires_at: new Date(now + 500).toISOString() }, now);
    expect(await idle.handle(view).result()).toMatchObject({ state: 'timeout' });
    const record = await idle.store.tasks.record(view.spawn_id);
    expect(record).toMatchObject({ attempts: [], view: { cause: 'wall_time' } });
  });
});

describe('for a fault in any call', () => {
  const delivered: string[] = [];
  const server = createServer((request, reply) => {
    request.resume();
    delivered.push(String(request.headers['idempotency-key']));
    reply.writeHead(204).end();
  });
  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterAll(() => void server.close());

  const faults = [0, 1, 2, 3].flatMap((nth) =>
    (['before', 'after'] as const).map((when): [number, string, CallFault] => [
      nth,
      when === 'before' ? 'before it acts' : 'and its result is lost',
      { nth, when },
    ]),
  );
  test.each(faults)(
    'call %i, %s: the task ends once, and its callback is delivered',
    async (_nth, _when, fault) => {
      bench.sandboxes.outcome = ({ attempt }) => (attempt === 1 ? failing() : {});
      bench.fault = fault;
      const callback_url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
      const view = await bench.start({ max_retries: 2, callback_url });
      const { view: over, attempts } = await ended(view);
      expect(over).toMatchObject({ status: 'DONE', state: 'completed' });
      // never more attempts than requested, and none twice
      expect(attempts.length).toBeLessThanOrEqual(3);
      expect(new Set(bench.sandboxes.ran).size).toBe(bench.sandboxes.ran.length);
      expect(delivered).toContain(view.spawn_id);
      const events = await bench.store.events.after(0, 1000);
      const own = events.filter(({ payload }) => payload['spawn_id'] === view.spawn_id);
      expect(own.filter(({ type }) => type === 'spawn.finished')).toHaveLength(1);
    },
  );
});
