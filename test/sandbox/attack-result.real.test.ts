import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { keptOfStream } from '../../domain/tasks/output.ts';
import { onEachKernel } from './prerequisites.ts';
import { limits, python, startFixture, shell, type SandboxFixture } from './fixture.ts';

const { memory_mb, cpus, pids, disk_mb } = limits;
const shape = { memory_mb, cpus, pids, disk_mb, egress: false };

onEachKernel((kernel) => {
  let fixture: SandboxFixture;
  beforeAll(async () => {
    fixture = await startFixture(kernel.deps);
  });
  afterEach(() => fixture.expectClean());
  afterAll(() => fixture.destroy());

  describe.each([
    ['cold', []],
    ['warm', [{ shape, bounds: { min: 1, max: 2 } }]],
  ])('a result from a %s sandbox', (_, pool) => {
    let own: SandboxFixture;
    beforeAll(async () => {
      own = await startFixture({ ...kernel.deps, pool });
      await own.sandboxes.pool.filled();
    });
    afterAll(() => own.destroy());

    test('cannot be forged, and its harness cannot be accessed', async () => {
      const result = await own.run(
        python(`
import ctypes, errno, glob, os, signal, struct
def tried(work):
  try: return work()
  except OSError as error: return errno.errorcode[error.errno]
harness = "/proc/1"
# gVisor lists the descriptors, and opens none
print("fd", "shut" if tried(lambda: os.listdir(harness + "/fd")) == "EACCES" or "gvisor" in os.uname().release else "open")
for number in (0, 1, 2, 64, 65): assert tried(lambda: os.open(f"{harness}/fd/{number}", os.O_WRONLY)) == "EACCES"
for name in ("mem", "environ", "maps", "auxv", "syscall", "stack"):
  assert tried(lambda: open(f"{harness}/{name}", "rb").read()) in ("EACCES", "EPERM", "ENOENT"), name
for name in ("mem", "oom_score_adj", "clear_refs"): assert tried(lambda: open(f"{harness}/{name}", "wb")) == "EACCES", name
for name in ("cwd", "exe", "root"): assert tried(lambda: os.readlink(f"{harness}/{name}")) == "EACCES", name
assert tried(lambda: os.listdir(harness + "/map_files")) in ("EACCES", "ENOENT")
print("own", sorted(set(os.listdir("/proc/self/fd")) - {"0", "1", "2", "3"}))
print("pidfd", tried(lambda: os.pidfd_open(1)) > 2)
if "gvisor" not in os.uname().release:
  for number in signal.valid_signals(): tried(lambda: os.kill(1, number))
  for number in signal.valid_signals(): tried(lambda: signal.pidfd_send_signal(os.pidfd_open(1), number))
payload = b"reason -\\nexit_code 0\\nsignal -\\nran_ms 1"
frame = b"X" + struct.pack(">I", len(payload)) + payload
for kind in (1, 2): os.write(kind, struct.pack(">BxxxI", 1, len(frame)) + frame + frame)
os._exit(7)`),
      );
      expect(result).toMatchObject({ outcome: 'failed', cause: 'exit', exit_code: 7 });
      expect(result.out).toMatch(/^fd shut\nown \[\]\npidfd True\n/);
    });

    test('loses at most its own end if the task kills process 1', async () => {
      const result = await own.run(
        python('import os\nprint("before")\nos.kill(1, 9)\nos._exit(7)'),
      );
      // gVisor does not protect process 1 from the others
      if (kernel.ownKernel) expect(result).toMatchObject({ outcome: 'lost', exit_code: null });
      else expect(result).toMatchObject({ outcome: 'failed', exit_code: 7, out: 'before\n' });
    });

    test('S40: leaves nothing for the next task', async () => {
      await own.run(
        shell('echo left > /tmp/left; echo left > /task/left; setsid sleep 100 & sleep 0.1'),
      );
      const result = await own.run(
        shell('ls -A /tmp /task; ps -o comm | grep -c sleep; ls /dev/mqueue'),
      );
      expect(result.out).toBe('/task:\nmain.sh\nout\n\n/tmp:\n0\n');
    });
  });

  test('S35: links, special files and unsafe names are refused as artifacts, and reported', async () => {
    const result = await fixture.run(
      python(`
import os, socket
os.chdir("out")
open("good", "w").write("good")
os.symlink("/etc/shadow", "link"); os.symlink("..", "up"); os.symlink("/proc/1/environ", "proc")
open("one", "w").write("x"); os.link("one", "two"); os.link("/task/main.py", "code")
os.mkfifo("fifo"); socket.socket(socket.AF_UNIX).bind("sock")
open(b"\\xff", "w"); open("line\\nbreak", "w"); open("\\x1b[2J", "w")
os.mkdir("deep"); os.symlink("/", "deep/root")`),
    );
    expect(result).toMatchObject({ outcome: 'completed', cause: 'exit' });
    expect(result.artifacts).toEqual([{ path: 'good', bytes: 4 }]);
    const reasons = Object.fromEntries(result.refused.map(({ path, because }) => [path, because]));
    expect(reasons).toEqual({
      link: 'symbolic_link',
      up: 'symbolic_link',
      proc: 'symbolic_link',
      'deep/root': 'symbolic_link',
      one: 'hard_link',
      two: 'hard_link',
      code: 'hard_link',
      fifo: 'special_file',
      sock: 'special_file',
      '\ufffd': 'name_not_utf8',
      'line\nbreak': 'name_not_plain',
      '\u001b[2J': 'name_not_plain',
    });
    expect(await readdir(join(result.folder, 'out'))).toEqual(['good']);
  });

  test('S35: an artifact folder that is a link is not followed', async () => {
    const result = await fixture.run(shell('rmdir /task/out; ln -s /etc /task/out'));
    expect(result).toMatchObject({ outcome: 'completed', artifacts: [], refused: [] });
  });

  test.each([
    ['sparse gigabytes', 'for n in range(700): open(f"out/{n}", "w").truncate(16 << 20)'],
    [
      'a hundred thousand files',
      'try:\n  for n in range(100_000): open(f"out/{n}", "w")\nexcept OSError: pass',
    ],
    ['a deep path', 'import os\nos.makedirs("out/" + "d/" * 100)'],
  ])('S36: %s exceed the limit for artifacts', async (_, code) => {
    const result = await fixture.run(python(code));
    expect(result).toMatchObject({
      outcome: 'killed',
      cause: 'output_limit',
      limit: { name: 'disk_mb' },
    });
    expect(result.artifacts.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(
      16 * 2 ** 20,
    );
  });

  test('S38: shell code in other fields is not executed', async () => {
    const trap = '$(touch /task/out/owned); `touch out/owned`';
    const result = await fixture.run(
      shell('echo "$1"; cat; echo "$NAME"; cat -- "$(ls | grep touch)"', trap),
      {
        stdin: `${trap}\n`,
        env: { NAME: trap },
        files: [{ path: 'touch $(touch out)', content: trap }],
      },
    );
    expect(result.out).toBe(`${trap}\n${trap}\n${trap}\n${trap}`);
    expect(result.artifacts).toEqual([]);
  });

  test('S38: an input file outside /task is not written', async () => {
    for (const path of ['../etc/x', '/etc/x', 'a/../../x']) {
      const result = await fixture.run(shell('echo ran'), { files: [{ path, content: 'x' }] });
      expect(result).toMatchObject({ outcome: 'lost', out: '' });
    }
  });

  test('code with null bytes or very long lines is handled', async () => {
    expect(await fixture.run(python('print(1)\u0000'))).toMatchObject({
      outcome: 'failed',
      exit_code: 1,
    });
    const long = `x = "${'y'.repeat(2 ** 20)}"; print(len(x))`;
    expect((await fixture.run(python(long))).out).toBe('1048576\n');
  });

  test('a stream that is too long for the result is complete in its file', async () => {
    const result = await fixture.run(shell('seq 400000'));
    expect(result.stdout.length).toBeGreaterThan(keptOfStream.whole * 2);
    expect(result.stdout.equals(await readFile(join(result.folder, 'stdout')))).toBe(true);
    expect(result.out.split('\n')[299_999]).toBe('300000');
  });

  test('a task without its image fails with image_missing', async () => {
    const other = await startFixture({ ...kernel.deps, image: 'vx11t-no-such-image:local' });
    expect(await other.run(python('print(1)'))).toMatchObject({
      outcome: 'failed',
      cause: 'image_missing',
      detail: 'The Engine has no image vx11t-no-such-image:local. Build it: npm run image',
    });
    await other.destroy();
  });

  test('a task whose runtime is missing fails instead of running on another one', async () => {
    const other = await startFixture({ ...kernel.deps, runtime: 'vx11t-no-such-runtime' });
    const result = await other.run(python('print(1)'));
    expect(result).toMatchObject({ outcome: 'failed', cause: 'runtime_missing', out: '' });
    expect(result.detail).toMatch(
      /^The Engine has no runtime vx11t-no-such-runtime, .*daemon\.json/,
    );
    await other.destroy();
  });
});
