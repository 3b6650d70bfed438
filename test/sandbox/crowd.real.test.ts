import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SandboxJob } from '../../activities/sandbox/sandbox.ts';
import { onEachKernel } from './prerequisites.ts';
import { python, startFixture, shell, type SandboxFixture } from './fixture.ts';

onEachKernel((kernel) => {
  let fixture: SandboxFixture;
  beforeAll(async () => {
    fixture = await startFixture(kernel.deps);
  });
  afterAll(() => fixture.destroy());

  const hostile: [SandboxJob['program'], string][] = [
    [python('import os\nwhile True: os.fork()'), 'too_many_processes'],
    [python('x = bytearray(1 << 30)'), 'out_of_memory'],
    [shell('head -c 100000000 /dev/zero > /tmp/full'), 'disk_full'],
    [python('import os\nwhile True: os.write(1, b"y" * 65536)'), 'output_limit'],
    [python('while True: pass'), 'cpu_time'],
  ];

  test(
    'S41: fifty hostile tasks at once end by their own causes while the Engine stays responsive',
    { timeout: 240_000 },
    async () => {
      const over = new AbortController();
      let answers = 0;
      const asking = (async () => {
        while (!over.signal.aborted) {
          await fixture.docker.ping();
          answers += 1;
          await sleep(200);
        }
      })();
      const tasks = Array.from({ length: 50 }, (_, n) => hostile[n % hostile.length]!);
      const limits = { memory_mb: 64, cpus: 0.5, cpu_seconds: 0.3, timeout_ms: 100_000 };
      const results = await Promise.all(
        tasks.map(([program, cause]) =>
          // the others must end by their own cause, even if fifty at once are slow
          fixture.run(program, {
            limits: {
              ...limits,
              ...(cause !== 'cpu_time' && { cpu_seconds: null }),
              // each fork takes 4 MB in gVisor
              ...(cause === 'too_many_processes' && kernel.ownKernel && { memory_mb: 1024 }),
            },
          }),
        ),
      );
      const answersBefore = answers;
      over.abort();
      await asking;
      // a busy Engine may miss why gVisor died
      const missed = (cause: string, wanted: string): boolean =>
        kernel.ownKernel && cause === 'sandbox_lost' && wanted === 'out_of_memory';
      const causes = results.map(({ cause }, nth) =>
        missed(cause, tasks[nth]![1]) ? 'out_of_memory' : cause,
      );
      expect(causes).toEqual(tasks.map(([, cause]) => cause));
      // pinged every 200 ms, each after the answer to the last
      expect(answersBefore).toBeGreaterThan(5);
      await fixture.expectClean();
    },
  );
});
