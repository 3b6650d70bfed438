import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SandboxJob } from '../../activities/sandbox/sandbox.ts';
import { onEachGround } from './prerequisites.ts';
import { python, setStage, shell, type Stage } from './fixture.ts';

onEachGround((ground) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await setStage(ground.deps);
  });
  afterAll(() => stage.destroy());

  const hostile: [SandboxJob['program'], string][] = [
    [python('import os\nwhile True: os.fork()'), 'too_many_processes'],
    [python('x = bytearray(1 << 30)'), 'out_of_memory'],
    [shell('head -c 100000000 /dev/zero > /tmp/full'), 'disk_full'],
    [python('import os\nwhile True: os.write(1, b"y" * 65536)'), 'output_limit'],
    [python('while True: pass'), 'cpu_time'],
  ];

  test(
    'S41: fifty hostile tasks at once, each with its own end, while the Engine answers',
    { timeout: 120_000 },
    async () => {
      const over = new AbortController();
      let answers = 0;
      const asking = (async () => {
        while (!over.signal.aborted) {
          await stage.docker.ping();
          answers += 1;
          await sleep(200);
        }
      })();
      const tasks = Array.from({ length: 50 }, (_, n) => hostile[n % hostile.length]!);
      const limits = { memory_mb: 64, cpus: 0.5, cpu_seconds: 0.3, timeout_ms: 100_000 };
      const told = await Promise.all(
        tasks.map(([program, cause]) =>
          // the others are to end by their own cause, however slow fifty at once are
          stage.run(program, {
            limits: {
              ...limits,
              ...(cause !== 'cpu_time' && { cpu_seconds: null }),
              // each fork costs a kernel of its own 4 MB
              ...(cause === 'too_many_processes' && ground.ownKernel && { memory_mb: 1024 }),
            },
          }),
        ),
      );
      const answersBefore = answers;
      over.abort();
      await asking;
      // an Engine that is busy may miss why a kernel of its own died
      const missed = (cause: string, wanted: string): boolean =>
        ground.ownKernel && cause === 'sandbox_lost' && wanted === 'out_of_memory';
      const causes = told.map(({ cause }, nth) =>
        missed(cause, tasks[nth]![1]) ? 'out_of_memory' : cause,
      );
      expect(causes).toEqual(tasks.map(([, cause]) => cause));
      // it was asked every 200 ms, by one that waits for each answer
      expect(answersBefore).toBeGreaterThan(5);
      await stage.expectClean();
    },
  );
});
