import { describe, expect, test } from 'vitest';
import { image } from '../sandbox/image.ts';
import { containersOf, python, startFixture } from '../sandbox/fixture.ts';
import { until } from '../stack/wait.ts';
import { noPrivateEngine, startPrivateEngine } from './harness/private-engine.ts';

const sleeping = python('import time\nprint("runs")\ntime.sleep(120)');

describe.skipIf(noPrivateEngine)('when dockerd is killed while tasks run', () => {
  test.each([
    ['and its containers with it', false],
    ['and its containers live on', true],
  ])('%s, they are lost and nothing stays', async (_, liveRestore) => {
    const engine = await startPrivateEngine({ image, liveRestore });
    const shape = { memory_mb: 256, cpus: 1, pids: 64, disk_mb: 16, egress: false };
    const stage = await startFixture({
      socketPath: engine.socket,
      pool: [{ shape, bounds: { min: 1, max: 1 } }],
    });
    try {
      await stage.sandboxes.pool.filled();
      let running = 0;
      const options = { limits: { timeout_ms: 100_000 }, onOutput: () => (running += 1) };
      const warm = stage.run(sleeping, options);
      const cold = stage.run(sleeping, {
        ...options,
        limits: { timeout_ms: 100_000, memory_mb: 64 },
      });
      await until('both run', () => running === 2);
      await engine.kill();
      for (const told of await Promise.all([warm, cold]))
        expect(told).toMatchObject({ outcome: 'lost', cause: 'sandbox_lost', out: 'runs\n' });
      expect(await stage.run(python('print(1)'))).toMatchObject({ outcome: 'lost', out: '' });
      engine.start();
      await engine.ready();
      await until('nothing but what stands ready is left', async () => {
        await stage.sandboxes.reap(Date.now());
        const ready = stage.sandboxes.pool.ready();
        return ready === 1 && (await containersOf(stage.docker, stage.owner)).length === ready;
      });
      expect(await stage.run(python('print(1)'))).toMatchObject({
        outcome: 'completed',
        out: '1\n',
      });
    } finally {
      await stage.destroy();
      await engine.destroy();
    }
  });
});
