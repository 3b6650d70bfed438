import { readdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import Docker from 'dockerode';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { taskWorkflowId } from '../../contracts/ids.ts';
import type { TaskPriority, TaskView } from '../../contracts/task.ts';
import { figures } from '../stack/figure.ts';
import { lookInStore } from '../stack/promises.ts';
import { amountOf, watchResidue, type Residue } from '../stack/residue.ts';
import { until } from '../stack/wait.ts';
import { startTaskStack, type TaskStack } from './task-stack.ts';

/** A thousand in `npm run test:faults`. */
const crowdSize = Number(process.env.VX11_CROWD_SIZE ?? 300);
/** How many less urgent tasks may yet begin when an urgent one has come to the spawner's queue: they had a place already. */
const mostAhead = 8;

let stack: TaskStack;
let residue: () => Promise<Residue>;
let temporal: Connection;
/** Tasks that leave a file. */
const talkative: string[] = [];
beforeAll(async () => {
  temporal = await Connection.connect({ address: inject('temporalAddress') });
  stack = await startTaskStack({
    temporalAddress: inject('temporalAddress'),
    env: { VX11_RATE_CHANGES_PER_TOKEN: '100000', VX11_SPAWN_CPUS: '4' },
  });
  residue = await watchResidue(new Docker(), `vx11.owner=${stack.home}`);
  await stack.open();
});
afterAll(async () => {
  await temporal?.close();
  await stack?.destroy();
});

/** As a client with some connections does it. */
async function forAll<T, R>(items: T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const done: R[] = [];
  const waiting = items.entries();
  const client = async (): Promise<void> => {
    for (const [nth, item] of waiting) done[nth] = await work(item);
  };
  await Promise.all(Array.from({ length: 20 }, client));
  return done;
}

/** Reads of the gateway one after the other until they are stopped; each has to be answered. */
function keepReading(name: string): () => Promise<void> {
  const over = new AbortController();
  const took: number[] = [];
  const reading = (async () => {
    while (!over.signal.aborted) {
      for (const path of ['/vx11/status', '/vx11/spawns?limit=50', '/health']) {
        const asked = performance.now();
        const { status } = await stack.call('GET', path);
        took.push(performance.now() - asked);
        expect(status, path).toBe(200);
      }
      await sleep(100);
    }
  })();
  reading.catch(() => undefined);
  return async () => {
    over.abort();
    await reading;
    figures(name, took);
  };
}

const ended = (ids: string[]): Promise<TaskView[]> =>
  until(
    'all have ended',
    async () => {
      const views = await lookInStore(stack, (store) =>
        Promise.all(ids.map((id) => store.tasks.find(id))),
      );
      if (views.some((view) => view?.finished_at == null)) {
        await sleep(500); // a look at all of them is work
        return null;
      }
      return views as TaskView[];
    },
    600_000,
  );

/** When its attempt came into the queue of the spawner, in epoch ms: before that it waited for Temporal and madre. */
async function queuedAt({ spawn_id }: TaskView): Promise<number> {
  const handle = new Client({ connection: temporal }).workflow.getHandle(taskWorkflowId(spawn_id));
  const { events } = await handle.fetchHistory();
  const { seconds, nanos } = events!.find(
    (event) => event.activityTaskScheduledEventAttributes,
  )!.eventTime!;
  return Number(seconds) * 1000 + nanos! / 1e6;
}

const begun = ({ started_at }: TaskView): number => Date.parse(started_at!);

test('an urgent task overtakes 200 that wait', async () => {
  // two at a time, so that most of them still wait when the last is requested, also on a slow machine
  const slow = { task_type: 'shell', code: 'sleep 3', cpus: 2, priority: 'P2' };
  const others = await forAll(
    Array.from({ length: 200 }, () => slow),
    stack.spawn,
  );
  await until('some have ended', async () => {
    const { body } = await stack.call('GET', '/vx11/spawns?state=completed&limit=10');
    return body.spawns.length >= 4;
  });
  const urgent = await stack.spawn({ ...slow, priority: 'P0' });
  const [first] = await ended([urgent]);
  const asked = await queuedAt(first!);
  const known = await lookInStore(stack, (store) =>
    Promise.all(others.map((id) => store.tasks.find(id))),
  );
  const before = known.filter((view) => {
    const at = view?.started_at == null ? Infinity : begun(view);
    return at > asked && at < begun(first!);
  });
  expect(before.length).toBeLessThanOrEqual(mostAhead);
  expect(known.filter((view) => view?.started_at == null).length).toBeGreaterThan(100);
  await forAll(others, (id) => stack.call('DELETE', `/vx11/spawn/${id}`));
  await ended(others);
}, 180_000);

test('S41: fifty hostile tasks through the gateway, which answers reads meanwhile', async () => {
  const hostile = [
    ['too_many_processes', 'python', 'import os\nwhile True: os.fork()'],
    ['out_of_memory', 'python', 'x = bytearray(1 << 30)'],
    ['disk_full', 'shell', 'head -c 100000000 /dev/zero > /tmp/full'],
    ['output_limit', 'python', 'import os\nwhile True: os.write(1, b"y" * 65536)'],
    ['cpu_time', 'python', 'while True: pass'],
  ] as const;
  const tasks = Array.from({ length: 50 }, (_, nth) => hostile[nth % hostile.length]!);
  const stop = keepReading('reads of the gateway beside fifty hostile tasks');
  const ids = await forAll(tasks, ([cause, task_type, code]) => {
    const limits = { max_memory_mb: 64, disk_mb: 16, pids: 64, cpus: 0.5 };
    // the others are to end by their own cause, however slow fifty at once are
    return stack.spawn({
      task_type,
      code,
      ...limits,
      ...(cause === 'cpu_time' && { cpu_seconds: 1 }),
    });
  });
  const views = await ended(ids);
  await stop();
  expect(views.map(({ cause }) => cause)).toEqual(tasks.map(([cause]) => cause));
  talkative.push(...ids.filter((_, nth) => tasks[nth]![0] === 'output_limit'));
}, 300_000);

test(`${crowdSize} tasks at once: each runs once and gives its own result, the urgent ones first`, async () => {
  const of = (count: number, priority: TaskPriority): TaskPriority[] =>
    Array.from({ length: count }, () => priority);
  const wanted = [...of(crowdSize - 100, 'P2'), ...of(60, 'P1'), ...of(40, 'P0')];
  const stop = keepReading('reads of the gateway beside 1,000 tasks');
  const from = performance.now();
  const ids = await forAll(
    wanted.map((priority, nth) => ({
      task_type: 'shell',
      code: 'echo "$1"',
      args: [String(nth)],
      cpus: 0.5,
      priority,
    })),
    stack.spawn,
  );
  const views = await ended(ids);
  await stop();
  figures(`${crowdSize} tasks at once, all of them`, [performance.now() - from]);

  const wrong = views.filter(({ status }) => status !== 'DONE');
  expect(wrong).toEqual([]);
  const outputs = await forAll(ids, async (id) => (await stack.result(id)).stdout);
  expect(outputs).toEqual(ids.map((_, nth) => `${nth}\n`));

  // none run twice
  const logged = await lookInStore(stack, (store) => store.events.after(0, 1_000_000));
  for (const type of ['spawn.running', 'spawn.finished']) {
    const times = logged
      .filter((event) => event.type === type)
      .map(({ payload }) => String(payload['spawn_id']));
    expect(ids.filter((id) => times.filter((one) => one === id).length !== 1)).toEqual([]);
  }

  // the urgent first, but for those that had a place before them
  for (const [urgent, others] of [
    ['P0', ['P1', 'P2']],
    ['P1', ['P2']],
  ] as const) {
    const line = views.filter(({ priority }) => priority === urgent);
    const lastAsked = Math.max(...(await Promise.all(line.map(queuedAt))));
    const lastBegun = Math.max(...line.map(begun));
    const ahead = views.filter(
      (view) =>
        (others as readonly string[]).includes(view.priority) &&
        begun(view) > lastAsked &&
        begun(view) < lastBegun,
    );
    expect(ahead.length, urgent).toBeLessThanOrEqual(mostAhead);
  }
}, 900_000);

test('nothing of them is left on the host', async () => {
  await stack.close();
  await stack.spawner.stop();
  await until('nothing is left', async () => amountOf(await residue()) === 0);
  // of what said more than a result keeps, the whole of it
  expect((await readdir(`${stack.home}/spawns`)).toSorted()).toEqual(talkative.toSorted());
});
