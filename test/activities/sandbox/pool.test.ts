import { expect, test } from 'vitest';
import { createPool } from '../../../activities/sandbox/pool.ts';
import { until } from '../../stack/wait.ts';

const shape = { memory_mb: 16, cpus: 1, pids: 1, disk_mb: 1, egress: false };

/** A pool of one, whose harnesses never report ready. */
function silentPool(comesUpMs: number) {
  const seen = { discarded: 0, troubles: [] as string[] };
  const frames = { next: () => new Promise(() => undefined) };
  const pool = createPool({
    shapes: [{ shape, bounds: { min: 1, max: 1 } }],
    start: async () => ({
      container: { frames, errorText: () => '' } as never,
      entry: {} as never,
    }),
    discard: async () => void (seen.discarded += 1),
    comesUpMs,
    onTrouble: (error) => void seen.troubles.push((error as Error).message),
  });
  return { pool, seen };
}

test('a harness that does not report ready is discarded, and another one is started', async () => {
  const { pool, seen } = silentPool(20);
  await until('it was given up', () => seen.troubles.length > 0);
  expect(seen).toEqual({ discarded: 1, troubles: ['to come up took longer than 20 ms'] });
  await until('another was tried', async () => {
    await pool.filled();
    return seen.discarded > 1;
  });
  await pool.close();
});

test('closing does not wait for a harness to report ready', async () => {
  const { pool, seen } = silentPool(60_000);
  await new Promise((resolve) => setTimeout(resolve, 10));
  await pool.close();
  expect(seen).toEqual({ discarded: 1, troubles: [] });
});
