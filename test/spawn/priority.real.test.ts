import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { until } from '../stack/wait.ts';
import { startSpawnStack, type SpawnStack } from './spawn-stack.ts';

/** One task at a time, so that all others wait. */
let stack: SpawnStack;
beforeAll(async () => {
  const env = { VX11_SPAWN_CPUS: '1' };
  stack = await startSpawnStack({ temporalAddress: inject('temporalAddress'), env });
  await stack.open();
});
afterAll(() => stack?.destroy());

const body = { task_type: 'shell', code: 'exit 0' };
const crowd = 60;
/** What may be before it: what runs, what the spawner has, and what is on its way. */
const mostBefore = 8;

test('an urgent task is among the next, however many wait', async () => {
  const ids = await Promise.all(
    Array.from({ length: crowd }, () => stack.spawn({ ...body, priority: 'P2' })),
  );
  const urgent = await stack.spawn({ ...body, priority: 'P0' });
  const { created_at } = await stack.result(urgent);
  const startOf = async (id: string): Promise<number> =>
    Date.parse((await stack.result(id, 60)).started_at!);
  await until('all have ended', async () => {
    const { body: page } = await stack.call('GET', '/vx11/spawns?state=completed&limit=100');
    return (page as { spawns: unknown[] }).spawns.length > crowd;
  });
  const [urgentStart, starts] = [await startOf(urgent), await Promise.all(ids.map(startOf))];
  const waited = starts.filter((at) => at > Date.parse(created_at));
  expect(waited.length).toBeGreaterThan(3 * mostBefore);
  expect(waited.filter((at) => at < urgentStart).length).toBeLessThanOrEqual(mostBefore);
});
