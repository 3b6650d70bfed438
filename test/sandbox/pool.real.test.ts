import { afterEach, beforeEach, expect, test } from 'vitest';
import { readyBytes } from '../../activities/sandbox/create-sandboxes.ts';
import { until } from '../stack/wait.ts';
import { namedAfter } from '../../activities/sandbox/template.ts';
import { containersOf, limits, python, startFixture, type SandboxFixture } from './fixture.ts';

const { memory_mb, cpus, pids, disk_mb } = limits;
const shape = { memory_mb, cpus, pids, disk_mb, egress: false };
const oneBytes = memory_mb * 2 ** 20;

let fixture: SandboxFixture;
beforeEach(async () => {
  fixture = await startFixture({ pool: [{ shape, bounds: { min: 2, max: 3 } }] });
  await fixture.sandboxes.pool.filled();
});
afterEach(() => fixture.destroy());

test('the pool counts its memory and is refilled after each task', async () => {
  expect(fixture.sandboxes.pool.ready()).toBe(2);
  expect(fixture.sandboxes.memoryInUse()).toBe(2 * readyBytes);
  const [one, other] = await Promise.all([
    fixture.run(python('print(1)')),
    fixture.run(python('print(2)')),
  ]);
  expect([one, other]).toMatchObject([
    { warm: true, out: '1\n' },
    { warm: true, out: '2\n' },
  ]);
  // after two tasks at once the pool may want a third sandbox
  const { pool, memoryInUse } = fixture.sandboxes;
  await until('it is full again', () => pool.ready() >= 2);
  await until('the used ones are gone', () => memoryInUse() === pool.ready() * readyBytes);
});

test('a task of another shape starts cold, with the same result', async () => {
  const result = await fixture.run(python('print(1)'), { limits: { memory_mb: 128 } });
  expect(result).toMatchObject({ warm: false, outcome: 'completed', out: '1\n' });
  expect(fixture.sandboxes.pool.ready()).toBe(2);
});

test('a sandbox in use has the name of its task, and counts with the memory limit of the task', async () => {
  const before = fixture.sandboxes.memoryInUse();
  const result = fixture.run(python('import time; time.sleep(1)'), { spawn_id: 'spawn-0123abcd' });
  await until('one is named after the task', async () => {
    const filters = { name: [namedAfter('spawn-0123abcd')] };
    return (await fixture.docker.listContainers({ filters })).length === 1;
  });
  expect(fixture.sandboxes.memoryInUse()).toBeGreaterThanOrEqual(before - readyBytes + oneBytes);
  expect(await result).toMatchObject({ warm: true, outcome: 'completed' });
});

test('a ready sandbox has no volume and no network that could be left behind', async () => {
  const [id] = await containersOf(fixture.docker, fixture.owner);
  const { Mounts, NetworkSettings } = await fixture.docker.getContainer(id!).inspect();
  expect(Mounts.filter(({ Type }) => Type !== 'tmpfs')).toEqual([]);
  expect(NetworkSettings.Networks).toEqual({});
});

test('many expected tasks grow the pool to its maximum, and makeRoom shrinks it', async () => {
  for (let n = 0; n < 20; n += 1) fixture.sandboxes.expect({ ...limits, egress: null }, Date.now());
  await until('the pool has its maximum size', async () => {
    await fixture.sandboxes.pool.filled();
    return fixture.sandboxes.pool.ready() === 3;
  });
  fixture.sandboxes.makeRoom();
  await until('the pool has its minimum size again', () => {
    const { pool, memoryInUse } = fixture.sandboxes;
    return pool.ready() === 2 && memoryInUse() === 2 * readyBytes;
  });
});

test('a sandbox that died while it was ready is not given to a task', async () => {
  for (const id of await containersOf(fixture.docker, fixture.owner))
    // one that is being made does not run yet
    await fixture.docker
      .getContainer(id)
      .kill()
      .catch((error: { statusCode?: number }) => {
        if (error.statusCode !== 404 && error.statusCode !== 409) throw error;
      });
  const result = await fixture.run(python('print(1)'));
  expect(result).toMatchObject({ outcome: 'completed', out: '1\n' });
  await until('it is full again', () => fixture.sandboxes.pool.ready() === 2);
});
