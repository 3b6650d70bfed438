import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { AttemptResult, SandboxJob } from '../../activities/sandbox/sandbox.ts';
import { onEachKernel } from './prerequisites.ts';
import { python, startFixture, shell, type SandboxFixture } from './fixture.ts';

onEachKernel((kernel) => {
  let fixture: SandboxFixture;
  beforeAll(async () => {
    fixture = await startFixture(kernel.deps);
  });
  afterEach(() => fixture.expectClean());
  afterAll(() => fixture.destroy());

  /** gVisor counts no refused forks: the harness samples the processes, and a bomb may be over before it does. */
  async function expectSampledForkBomb(program: SandboxJob['program']): Promise<void> {
    // there each fork of an interpreter takes 4 MB
    const result = await fixture.run(program, { limits: { memory_mb: 1024, timeout_ms: 5000 } });
    if (program.kind === 'shell' && result.cause === 'wall_time') return;
    expect(result).toMatchObject({ outcome: 'killed', cause: 'too_many_processes' });
    const peak = result.limit?.peak ?? 0;
    expect(peak).toBeGreaterThan(64);
    expect(peak).toBeLessThanOrEqual(72);
  }

  const forkBombs: [string, SandboxJob['program']][] = [
    ['that dies of its own error', python('import os\nwhile True: os.fork()')],
    [
      'that ignores errors',
      python('import os\nwhile True:\n  try: os.fork()\n  except OSError: pass'),
    ],
    ['of a shell', shell('bomb() { bomb | bomb & }; bomb; sleep 100')],
  ];
  test.each(forkBombs)('S1: a fork bomb %s', async (_, program) => {
    if (kernel.ownKernel) return expectSampledForkBomb(program);
    expect(await fixture.run(program)).toMatchObject({
      outcome: 'killed',
      cause: 'too_many_processes',
      limit: { name: 'pids', limit: 64, peak: 64 },
    });
  });

  test('a limit of one process leaves one process to the task', async () => {
    const result = await fixture.run(python('print(1)'), { limits: { pids: 1 } });
    expect(result).toMatchObject({ outcome: 'completed', out: '1\n' });
    const two = await fixture.run(python('import os\nos.fork()'), { limits: { pids: 1 } });
    if (!kernel.ownKernel)
      expect(two).toMatchObject({
        outcome: 'killed',
        cause: 'too_many_processes',
        limit: { name: 'pids', limit: 1, peak: 1 },
      });
  });

  test('a task that cannot be forked at all is reported as too_many_processes', async () => {
    if (kernel.ownKernel) return;
    const result = await fixture.run(python('print(1)'), { limits: { pids: 0 } });
    expect(result).toMatchObject({ outcome: 'killed', cause: 'too_many_processes', detail: null });
  });

  /** Out of memory, gVisor dies with all its processes; if the Engine misses the reason, the sandbox is only lost. */
  function expectOutOfMemory(result: AttemptResult, more: Partial<AttemptResult> = {}): void {
    if (kernel.ownKernel) {
      expect(['out_of_memory', 'sandbox_lost']).toContain(result.cause);
      expect(result).toMatchObject({ exit_code: null, signal: null });
    } else expect(result).toMatchObject({ outcome: 'killed', cause: 'out_of_memory', ...more });
  }

  const bomb = 'x = bytearray(1 << 30)';
  test('S2: a memory bomb', async () => {
    const result = await fixture.run(python(bomb), { limits: { memory_mb: 64 } });
    const limit = { name: 'memory_mb', limit: 64, peak: 64 } as const;
    expectOutOfMemory(result, { limit, signal: 'SIGKILL' });
  });

  test('S3: a memory bomb in a child, whose parent ends well', async () => {
    const child = `import os\npid = os.fork()\nif pid == 0:\n  ${bomb}\nos.waitpid(pid, 0)`;
    const result = await fixture.run(python(child), {
      limits: { memory_mb: 64, grace_ms: 10_000 },
    });
    expectOutOfMemory(result, { exit_code: 0 });
  });

  test('S3: a memory bomb spread over children', async () => {
    const spread = `
import os, time
for n in range(10):
  if os.fork() == 0:
    x = bytearray(20 << 20)
    time.sleep(30)
time.sleep(30)`;
    expectOutOfMemory(await fixture.run(python(spread), { limits: { memory_mb: 64 } }));
  });

  test.each(['/tmp', '/task'])('S4: a disk that is filled: %s', async (disk) => {
    const result = await fixture.run(shell(`head -c 100000000 /dev/zero > ${disk}/full`));
    expect(result).toMatchObject({
      outcome: 'killed',
      cause: 'disk_full',
      limit: { name: 'disk_mb', limit: 16 },
    });
    expect(result.limit?.peak).toBeGreaterThan(15);
  });

  test('S4: input files that do not fit', async () => {
    const files = [{ path: 'big', content: 'x'.repeat(17 * 2 ** 20) }];
    const result = await fixture.run(shell('true'), { files });
    expect(result).toMatchObject({ outcome: 'killed', cause: 'disk_full', exit_code: null });
  });

  test('S5: a disk that is larger than the memory', async () => {
    const result = await fixture.run(shell('head -c 200000000 /dev/zero > /task/full'), {
      limits: { memory_mb: 64, disk_mb: 256 },
    });
    expectOutOfMemory(result);
  });

  test('S6: a million empty files', async () => {
    const many = 'for n in range(1_000_000): open(f"/tmp/{n}", "w").close()';
    if (kernel.ownKernel) {
      // gVisor counts no files; they are memory
      const limits = { memory_mb: 64, timeout_ms: 50_000 };
      const result = await fixture.run(python(many), { limits });
      expectOutOfMemory(result);
      return;
    }
    const result = await fixture.run(python(many));
    expect(result).toMatchObject({
      outcome: 'killed',
      cause: 'disk_full',
      detail: 'Its disk held as many files as it can, however small.',
    });
    expect(result.err).toContain('No space left on device');
  });

  test('S7, S8: the root filesystem and shared memory are not writable', async () => {
    const result = await fixture.run(
      python(`
import errno
for path in ("/x", "/usr/bin/x", "/var/x", "/dev/shm/x", "/dev/x"):
  try: open(path, "w"); print(path, "written")
  except OSError as error: print(path, errno.errorcode[error.errno])`),
    );
    expect(result.out).toBe(
      kernel.ownKernel
        ? '/x EACCES\n/usr/bin/x EACCES\n/var/x EACCES\n/dev/shm/x EACCES\n/dev/x EACCES\n'
        : '/x EROFS\n/usr/bin/x EROFS\n/var/x EROFS\n/dev/shm/x ENOENT\n/dev/x EACCES\n',
    );
  });

  test('S9: one huge file, also a sparse one', async () => {
    const result = await fixture.run(python('open("x", "w").truncate(10 << 30)'));
    expect(result).toMatchObject({ outcome: 'failed', cause: 'exit', exit_code: 1 });
    expect(result.err).toContain('File too large');
    const byShell = await fixture.run(shell('exec dd if=/dev/zero of=x bs=1M seek=10000 count=1'));
    expect(byShell).toMatchObject({ outcome: 'killed', cause: 'disk_full', signal: 'SIGXFSZ' });
  });

  test('S10: all descriptors', async () => {
    const result = await fixture.run(
      python('kept = []\nwhile True: kept.append(open("/dev/null"))'),
    );
    expect(result.err).toContain('Too many open files');
    expect(result).toMatchObject({ outcome: 'failed', exit_code: 1 });
  });

  test.each([
    ['on one stream', 'while True: os.write(1, b"y" * 65536)'],
    ['on both', 'while True: os.write(1, b"y" * 99); os.write(2, b"n" * 65536)'],
  ])('S11: endless output %s', async (_, code) => {
    const result = await fixture.run(python(`import os\n${code}`));
    expect(result).toMatchObject({ outcome: 'killed', cause: 'output_limit' });
    expect(result.limit).toMatchObject({ name: 'output_bytes', limit: 8 * 2 ** 20 });
    expect(result.limit?.peak).toBeGreaterThan(8 * 2 ** 20);
    expect(result.stdout.length + result.stderr.length).toBe(8 * 2 ** 20);
  });

  test('S12: one long line of arbitrary bytes', async () => {
    const line = 'import os\nfor n in range(40): os.write(1, bytes(range(256)) * 256)';
    const result = await fixture.run(python(line));
    expect(result.outcome).toBe('completed');
    const every = Uint8Array.from({ length: 256 }, (_byte, nth) => nth);
    expect(result.stdout.equals(Buffer.concat(Array<Uint8Array>(40 * 256).fill(every)))).toBe(true);
  });

  const spin = `
import os
for n in range(3): os.fork()
while True: pass`;
  test('S13: a busy loop on all cores gets its share, and ends by its CPU time', async () => {
    const result = await fixture.run(python(spin), { limits: { cpus: 0.5, cpu_seconds: 0.5 } });
    expect(result).toMatchObject({
      outcome: 'killed',
      cause: 'cpu_time',
      limit: { name: 'cpu_seconds', limit: 0.5 },
    });
    const ran = result.finished_at - result.started_at;
    // on half a core 0.5 s of work take about 1 s, less the first slice; gVisor's clock also counts throttled time
    if (!kernel.ownKernel) expect(result.cpu_ms! / ran).toBeLessThan(0.8);
  });

  test('S14: a sleep for ever ends by the wall time', async () => {
    const result = await fixture.run(shell('sleep 1000000'), { limits: { timeout_ms: 400 } });
    expect(result).toMatchObject({
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
    const result = await fixture.run(python(deaf), { limits: { timeout_ms: 1500, grace_ms: 400 } });
    expect(result).toMatchObject({ outcome: 'timeout', cause: 'wall_time', signal: 'SIGKILL' });
  });

  test('S15: cancelled, it is killed, and given no grace', { timeout: 180_000 }, async () => {
    const ending = new AbortController();
    const result = await fixture.run(python(deaf), {
      signal: ending.signal,
      limits: { grace_ms: 60_000 },
      onOutput: () => ending.abort('cancelled'),
    });
    expect(result).toMatchObject({ outcome: 'cancelled', cause: 'cancelled' });
  });

  test('S16: a process that detaches dies with its task', async () => {
    const survivor = `
import os, time
if os.fork() == 0:
  os.setsid()
  if os.fork() == 0:
    while True: time.sleep(1)
  os._exit(0)`;
    expect(await fixture.run(python(survivor))).toMatchObject({
      outcome: 'completed',
      exit_code: 0,
    });
  });

  test('S39: stdin ends at once', async () => {
    expect(await fixture.run(shell('cat; echo end'))).toMatchObject({ out: 'end\n', exit_code: 0 });
  });

  test.each([
    ['closes its output', 'import os, time\nos.close(1); os.close(2)\ntime.sleep(100)'],
    ['does not read its input', 'import time\ntime.sleep(100)'],
  ])('S39: a task that %s ends by the wall time', async (_, code) => {
    const stdin = 'x'.repeat(300_000);
    const result = await fixture.run(python(code), { stdin, limits: { timeout_ms: 400 } });
    expect(result).toMatchObject({ outcome: 'timeout', cause: 'wall_time' });
  });
});
