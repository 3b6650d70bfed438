import { describe, expect, test } from 'vitest';
import { image } from '../sandbox/image.ts';
import { containersOf, python, startFixture } from '../sandbox/fixture.ts';
import { until } from '../stack/wait.ts';
import { noPrivateEngine, startPrivateEngine } from './harness/private-engine.ts';

const sleeping = python('import time\nprint("runs")\ntime.sleep(120)');

describe.skipIf(noPrivateEngine)('when dockerd is killed while tasks run', () => {
  test.each([
    ['and its containers die', false],
    ['and its containers survive', true],
  ])('%s, the tasks are lost and nothing is left behind', async (_, liveRestore) => {
    const engine = await startPrivateEngine({ image, liveRestore });
    const shape = { memory_mb: 256, cpus: 1, pids: 64, disk_mb: 16, egress: false };
    const fixture = await startFixture({
      socketPath: engine.socket,
      pool: [{ shape, bounds: { min: 1, max: 1 } }],
    });
    try {
      await fixture.sandboxes.pool.filled();
      let running = 0;
      const options = { limits: { timeout_ms: 100_000 }, onOutput: () => (running += 1) };
      const warm = fixture.run(sleeping, options);
      const cold = fixture.run(sleeping, {
        ...options,
        limits: { timeout_ms: 100_000, memory_mb: 64 },
      });
      await until('both run', () => running === 2);
      await engine.kill();
      for (const result of await Promise.all([warm, cold]))
        expect(result).toMatchObject({ outcome: 'lost', cause: 'sandbox_lost', out: 'runs\n' });
      expect(await fixture.run(python('print(1)'))).toMatchObject({ outcome: 'lost', out: '' });
      engine.start();
      await engine.ready();
      await until('only the pool is left', async () => {
        await fixture.sandboxes.reap(Date.now());
        const ready = fixture.sandboxes.pool.ready();
        return ready === 1 && (await containersOf(fixture.docker, fixture.owner)).length === ready;
      });
      expect(await fixture.run(python('print(1)'))).toMatchObject({
        outcome: 'completed',
        out: '1\n',
      });
    } finally {
      await fixture.destroy();
      await engine.destroy();
    }
  });
});
