import { afterEach, beforeEach, expect, test } from 'vitest';
import { readyBytes } from '../../activities/sandbox/create-sandboxes.ts';
import { until } from '../stack/wait.ts';
import { namedAfter } from '../../activities/sandbox/template.ts';
import { containersOf, limits, python, setStage, type Stage } from './fixture.ts';

const { memory_mb, cpus, pids, disk_mb } = limits;
const shape = { memory_mb, cpus, pids, disk_mb, egress: false };
const oneBytes = memory_mb * 2 ** 20;

let stage: Stage;
beforeEach(async () => {
  stage = await setStage({ pool: [{ shape, bounds: { min: 2, max: 3 } }] });
  await stage.sandboxes.pool.filled();
});
afterEach(() => stage.destroy());

test('stands ready, counts its memory, and is refilled after each task', async () => {
  expect(stage.sandboxes.pool.ready()).toBe(2);
  expect(stage.sandboxes.memoryInUse()).toBe(2 * readyBytes);
  const [one, other] = await Promise.all([
    stage.run(python('print(1)')),
    stage.run(python('print(2)')),
  ]);
  expect([one, other]).toMatchObject([
    { warm: true, out: '1\n' },
    { warm: true, out: '2\n' },
  ]);
  // two at once may have made it want a third
  const { pool, memoryInUse } = stage.sandboxes;
  await until('it is full again', () => pool.ready() >= 2);
  await until('the used ones are gone', () => memoryInUse() === pool.ready() * readyBytes);
});

test('another shape goes the cold way, with the same result', async () => {
  const told = await stage.run(python('print(1)'), { limits: { memory_mb: 128 } });
  expect(told).toMatchObject({ warm: false, outcome: 'completed', out: '1\n' });
  expect(stage.sandboxes.pool.ready()).toBe(2);
});

test('taken, it has the name of its task, and counts as much as the task may take', async () => {
  const before = stage.sandboxes.memoryInUse();
  const told = stage.run(python('import time; time.sleep(1)'), { spawn_id: 'spawn-0123abcd' });
  await until('one is named after the task', async () => {
    const filters = { name: [namedAfter('spawn-0123abcd')] };
    return (await stage.docker.listContainers({ filters })).length === 1;
  });
  expect(stage.sandboxes.memoryInUse()).toBeGreaterThanOrEqual(before - readyBytes + oneBytes);
  expect(await told).toMatchObject({ warm: true, outcome: 'completed' });
});

test('it has no volume and no network that could be left behind', async () => {
  const [id] = await containersOf(stage.docker, stage.owner);
  const { Mounts, NetworkSettings } = await stage.docker.getContainer(id!).inspect();
  expect(Mounts.filter(({ Type }) => Type !== 'tmpfs')).toEqual([]);
  expect(NetworkSettings.Networks).toEqual({});
});

test('who is expected in a crowd finds as many ready as may be', async () => {
  for (let n = 0; n < 20; n += 1) stage.sandboxes.expect({ ...limits, egress: null }, Date.now());
  await until('there are as many as allowed', async () => {
    await stage.sandboxes.pool.filled();
    return stage.sandboxes.pool.ready() === 3;
  });
  stage.sandboxes.makeRoom();
  await until('memory that is wanted is given back', () => {
    const { pool, memoryInUse } = stage.sandboxes;
    return pool.ready() === 2 && memoryInUse() === 2 * readyBytes;
  });
});

test('one that died while it waited is not given to a task', async () => {
  for (const id of await containersOf(stage.docker, stage.owner))
    await stage.docker.getContainer(id).kill();
  const told = await stage.run(python('print(1)'));
  expect(told).toMatchObject({ outcome: 'completed', out: '1\n' });
  await until('it is full again', () => stage.sandboxes.pool.ready() === 2);
});
