import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { AttemptResult, SandboxJob } from '../../activities/sandbox/sandbox.ts';
import { onEachGround } from './prerequisites.ts';
import { python, setStage, shell, type Stage } from './fixture.ts';

onEachGround((ground) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await setStage(ground.deps);
  });
  afterEach(() => stage.expectClean());
  afterAll(() => stage.destroy());

  /** A kernel of its own counts no refused forks: the harness looks, and a bomb may be over before it does. */
  async function meetsItsLooks(program: SandboxJob['program']): Promise<void> {
    // there each fork of an interpreter takes 4 MB
    const told = await stage.run(program, { limits: { memory_mb: 1024, timeout_ms: 5000 } });
    if (program.kind === 'shell' && told.cause === 'wall_time') return;
    expect(told).toMatchObject({ outcome: 'killed', cause: 'too_many_processes' });
    const peak = told.limit?.peak ?? 0;
    expect(peak).toBeGreaterThan(64);
    expect(peak).toBeLessThanOrEqual(72);
  }

  const forkBombs: [string, SandboxJob['program']][] = [
    ['that dies of it', python('import os\nwhile True: os.fork()')],
    [
      'that goes on whatever happens',
      python('import os\nwhile True:\n  try: os.fork()\n  except OSError: pass'),
    ],
    ['of a shell', shell('bomb() { bomb | bomb & }; bomb; sleep 100')],
  ];
  test.each(forkBombs)('S1: a fork bomb %s', async (_, program) => {
    if (ground.ownKernel) return meetsItsLooks(program);
    expect(await stage.run(program)).toMatchObject({
      outcome: 'killed',
      cause: 'too_many_processes',
      limit: { name: 'pids', limit: 64, peak: 64 },
    });
  });

  test('a limit of one process is one for the task', async () => {
    const told = await stage.run(python('print(1)'), { limits: { pids: 1 } });
    expect(told).toMatchObject({ outcome: 'completed', out: '1\n' });
    const two = await stage.run(python('import os\nos.fork()'), { limits: { pids: 1 } });
    if (!ground.ownKernel)
      expect(two).toMatchObject({
        outcome: 'killed',
        cause: 'too_many_processes',
        limit: { name: 'pids', limit: 1, peak: 1 },
      });
  });

  test('a task that cannot even be forked has too many processes', async () => {
    if (ground.ownKernel) return;
    const told = await stage.run(python('print(1)'), { limits: { pids: 0 } });
    expect(told).toMatchObject({ outcome: 'killed', cause: 'too_many_processes', detail: null });
  });

  /** A kernel of its own dies with what it holds; an Engine that misses the reason tells only that it is gone. */
  function expectOutOfMemory(told: AttemptResult, more: Partial<AttemptResult> = {}): void {
    if (ground.ownKernel) {
      expect(['out_of_memory', 'sandbox_lost']).toContain(told.cause);
      expect(told).toMatchObject({ exit_code: null, signal: null });
    } else expect(told).toMatchObject({ outcome: 'killed', cause: 'out_of_memory', ...more });
  }

  const bomb = 'x = bytearray(1 << 30)';
  test('S2: a memory bomb', async () => {
    const told = await stage.run(python(bomb), { limits: { memory_mb: 64 } });
    const limit = { name: 'memory_mb', limit: 64, peak: 64 } as const;
    expectOutOfMemory(told, { limit, signal: 'SIGKILL' });
  });

  test('S3: a memory bomb in a child, whose parent ends well', async () => {
    const child = `import os\npid = os.fork()\nif pid == 0:\n  ${bomb}\nos.waitpid(pid, 0)`;
    const told = await stage.run(python(child), { limits: { memory_mb: 64, grace_ms: 10_000 } });
    expectOutOfMemory(told, { exit_code: 0 });
  });

  test('S3: a memory bomb spread over children', async () => {
    const spread = `
import os, time
for n in range(10):
  if os.fork() == 0:
    x = bytearray(20 << 20)
    time.sleep(30)
time.sleep(30)`;
    expectOutOfMemory(await stage.run(python(spread), { limits: { memory_mb: 64 } }));
  });

  test.each(['/tmp', '/task'])('S4: a disk that is filled: %s', async (disk) => {
    const told = await stage.run(shell(`head -c 100000000 /dev/zero > ${disk}/full`));
    expect(told).toMatchObject({
      outcome: 'killed',
      cause: 'disk_full',
      limit: { name: 'disk_mb', limit: 16 },
    });
    expect(told.limit?.peak).toBeGreaterThan(15);
  });

  test('S4: files of its own that do not fit', async () => {
    const files = [{ path: 'big', content: 'x'.repeat(17 * 2 ** 20) }];
    const told = await stage.run(shell('true'), { files });
    expect(told).toMatchObject({ outcome: 'killed', cause: 'disk_full', exit_code: null });
  });

  test('S5: a disk that is larger than the memory', async () => {
    const told = await stage.run(shell('head -c 200000000 /dev/zero > /task/full'), {
      limits: { memory_mb: 64, disk_mb: 256 },
    });
    expectOutOfMemory(told);
  });

  test('S6: a million empty files', async () => {
    const many = 'for n in range(1_000_000): open(f"/tmp/{n}", "w").close()';
    if (ground.ownKernel) {
      // gVisor counts no files; they are memory
      const limits = { memory_mb: 64, timeout_ms: 50_000 };
      const told = await stage.run(python(many), { limits });
      expectOutOfMemory(told);
      return;
    }
    const told = await stage.run(python(many));
    expect(told).toMatchObject({
      outcome: 'killed',
      cause: 'disk_full',
      detail: 'Its disk held as many files as it can, however small.',
    });
    expect(told.err).toContain('No space left on device');
  });

  test('S7, S8: the root and shared memory take nothing', async () => {
    const told = await stage.run(
      python(`
import errno
for path in ("/x", "/usr/bin/x", "/var/x", "/dev/shm/x", "/dev/x"):
  try: open(path, "w"); print(path, "written")
  except OSError as error: print(path, errno.errorcode[error.errno])`),
    );
    expect(told.out).toBe(
      ground.ownKernel
        ? '/x EACCES\n/usr/bin/x EACCES\n/var/x EACCES\n/dev/shm/x EACCES\n/dev/x EACCES\n'
        : '/x EROFS\n/usr/bin/x EROFS\n/var/x EROFS\n/dev/shm/x ENOENT\n/dev/x EACCES\n',
    );
  });

  test('S9: one huge file, also a sparse one', async () => {
    const told = await stage.run(python('open("x", "w").truncate(10 << 30)'));
    expect(told).toMatchObject({ outcome: 'failed', cause: 'exit', exit_code: 1 });
    expect(told.err).toContain('File too large');
    const byShell = await stage.run(shell('exec dd if=/dev/zero of=x bs=1M seek=10000 count=1'));
    expect(byShell).toMatchObject({ outcome: 'killed', cause: 'disk_full', signal: 'SIGXFSZ' });
  });

  test('S10: all descriptors', async () => {
    const told = await stage.run(python('kept = []\nwhile True: kept.append(open("/dev/null"))'));
    expect(told.err).toContain('Too many open files');
    expect(told).toMatchObject({ outcome: 'failed', exit_code: 1 });
  });

  test.each([
    ['on one stream', 'while True: os.write(1, b"y" * 65536)'],
    ['on both', 'while True: os.write(1, b"y" * 99); os.write(2, b"n" * 65536)'],
  ])('S11: endless output %s', async (_, code) => {
    const told = await stage.run(python(`import os\n${code}`));
    expect(told).toMatchObject({ outcome: 'killed', cause: 'output_limit' });
    expect(told.limit).toMatchObject({ name: 'output_bytes', limit: 8 * 2 ** 20 });
    expect(told.limit?.peak).toBeGreaterThan(8 * 2 ** 20);
    expect(told.stdout.length + told.stderr.length).toBe(8 * 2 ** 20);
  });

  test('S12: one endless line of anything', async () => {
    const line = 'import os\nfor n in range(40): os.write(1, bytes(range(256)) * 256)';
    const told = await stage.run(python(line));
    expect(told.outcome).toBe('completed');
    const every = Uint8Array.from({ length: 256 }, (_byte, nth) => nth);
    expect(told.stdout.equals(Buffer.concat(Array<Uint8Array>(40 * 256).fill(every)))).toBe(true);
  });

  const spin = `
import os
for n in range(3): os.fork()
while True: pass`;
  test('S13: a spin on all cores gets its share, and ends by its CPU time', async () => {
    const told = await stage.run(python(spin), { limits: { cpus: 0.5, cpu_seconds: 0.5 } });
    expect(told).toMatchObject({
      outcome: 'killed',
      cause: 'cpu_time',
      limit: { name: 'cpu_seconds', limit: 0.5 },
    });
    const ran = told.finished_at - told.started_at;
    // half a core: 0.5 s of work take about one, less the first slice; gVisor's own clock runs on while it is held back
    if (!ground.ownKernel) expect(told.cpu_ms! / ran).toBeLessThan(0.8);
  });

  test('S14: a sleep for ever ends by the wall time', async () => {
    const told = await stage.run(shell('sleep 1000000'), { limits: { timeout_ms: 400 } });
    expect(told).toMatchObject({
      outcome: 'timeout',
      cause: 'wall_time',
      limit: { name: 'timeout_ms', limit: 400 },
      signal: 'SIGTERM',
    });
  });

  const deaf = `
import signal, time
for number in signal.valid_signals():
  try: signal.signal(number, signal.SIG_IGN)
  except OSError: pass
print("deaf")
while True: time.sleep(1000)`;
  test('S15: a task that ignores every signal', async () => {
    const told = await stage.run(python(deaf), { limits: { timeout_ms: 1500, grace_ms: 400 } });
    expect(told).toMatchObject({ outcome: 'timeout', cause: 'wall_time', signal: 'SIGKILL' });
  });

  test('S15: cancelled, it is killed, and given no grace', { timeout: 50_000 }, async () => {
    const ending = new AbortController();
    const told = await stage.run(python(deaf), {
      signal: ending.signal,
      limits: { grace_ms: 60_000 },
      onOutput: () => ending.abort('cancelled'),
    });
    expect(told).toMatchObject({ outcome: 'cancelled', cause: 'cancelled' });
  });

  test('S16: what goes off by itself dies with its task', async () => {
    const survivor = `
import os, time
if os.fork() == 0:
  os.setsid()
  if os.fork() == 0:
    while True: time.sleep(1)
  os._exit(0)`;
    expect(await stage.run(python(survivor))).toMatchObject({ outcome: 'completed', exit_code: 0 });
  });

  test('S39: stdin ends at once', async () => {
    expect(await stage.run(shell('cat; echo end'))).toMatchObject({ out: 'end\n', exit_code: 0 });
  });

  test.each([
    ['closes its output', 'import os, time\nos.close(1); os.close(2)\ntime.sleep(100)'],
    ['takes none of its input', 'import time\ntime.sleep(100)'],
  ])('S39: a task that %s ends by the wall time', async (_, code) => {
    const stdin = 'x'.repeat(300_000);
    const told = await stage.run(python(code), { stdin, limits: { timeout_ms: 400 } });
    expect(told).toMatchObject({ outcome: 'timeout', cause: 'wall_time' });
  });
});
