import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { keptOfStream } from '../../domain/tasks/output.ts';
import { onEachGround } from './prerequisites.ts';
import { limits, python, setStage, shell, type Stage } from './fixture.ts';

const { memory_mb, cpus, pids, disk_mb } = limits;
const shape = { memory_mb, cpus, pids, disk_mb, egress: false };

onEachGround((ground) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await setStage(ground.deps);
  });
  afterEach(() => stage.expectClean());
  afterAll(() => stage.destroy());

  describe.each([
    ['cold', []],
    ['warm', [{ shape, bounds: { min: 1, max: 2 } }]],
  ])('a result from a %s sandbox', (_, pool) => {
    let own: Stage;
    beforeAll(async () => {
      own = await setStage({ ...ground.deps, pool });
      await own.sandboxes.pool.filled();
    });
    afterAll(() => own.destroy());

    test('cannot be forged, nor its harness be reached', async () => {
      const told = await own.run(
        python(`
import ctypes, errno, glob, os, signal, struct
def tried(work):
  try: return work()
  except OSError as error: return errno.errorcode[error.errno]
harness = "/proc/1"
# gVisor names the numbers of its descriptors, and opens none
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
      expect(told).toMatchObject({ outcome: 'failed', cause: 'exit', exit_code: 7 });
      expect(told.out).toMatch(/^fd shut\nown \[\]\npidfd True\n/);
    });

    test('that ends what is first in there loses its own end at most', async () => {
      const told = await own.run(python('import os\nprint("before")\nos.kill(1, 9)\nos._exit(7)'));
      // gVisor does not shield the first process from the others
      if (ground.ownKernel) expect(told).toMatchObject({ outcome: 'lost', exit_code: null });
      else expect(told).toMatchObject({ outcome: 'failed', exit_code: 7, out: 'before\n' });
    });

    test('S40: the next task finds nothing of the last', async () => {
      await own.run(
        shell('echo left > /tmp/left; echo left > /task/left; setsid sleep 100 & sleep 0.1'),
      );
      const told = await own.run(
        shell('ls -A /tmp /task; ps -o comm | grep -c sleep; ls /dev/mqueue'),
      );
      expect(told.out).toBe('/task:\nmain.sh\nout\n\n/tmp:\n0\n');
    });
  });

  test('S35: links, devices and strange names stay where they are, and are named', async () => {
    const told = await stage.run(
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
    expect(told).toMatchObject({ outcome: 'completed', cause: 'exit' });
    expect(told.artifacts).toEqual([{ path: 'good', bytes: 4 }]);
    const reasons = Object.fromEntries(told.refused.map(({ path, because }) => [path, because]));
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
    expect(await readdir(join(told.folder, 'out'))).toEqual(['good']);
  });

  test('S35: a folder for what is left that is a link itself leads nowhere', async () => {
    const told = await stage.run(shell('rmdir /task/out; ln -s /etc /task/out'));
    expect(told).toMatchObject({ outcome: 'completed', artifacts: [], refused: [] });
  });

  test.each([
    ['sparse gigabytes', 'for n in range(700): open(f"out/{n}", "w").truncate(16 << 20)'],
    [
      'a hundred thousand files',
      'try:\n  for n in range(100_000): open(f"out/{n}", "w")\nexcept OSError: pass',
    ],
    ['a deep path', 'import os\nos.makedirs("out/" + "d/" * 100)'],
  ])('S36: %s are too much to take', async (_, code) => {
    const told = await stage.run(python(code));
    expect(told).toMatchObject({
      outcome: 'killed',
      cause: 'output_limit',
      limit: { name: 'disk_mb' },
    });
    expect(told.artifacts.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(
      16 * 2 ** 20,
    );
  });

  test('S38: what looks like a program in other fields is only text', async () => {
    const trap = '$(touch /task/out/owned); `touch out/owned`';
    const told = await stage.run(
      shell('echo "$1"; cat; echo "$NAME"; cat -- "$(ls | grep touch)"', trap),
      {
        stdin: `${trap}\n`,
        env: { NAME: trap },
        files: [{ path: 'touch $(touch out)', content: trap }],
      },
    );
    expect(told.out).toBe(`${trap}\n${trap}\n${trap}\n${trap}`);
    expect(told.artifacts).toEqual([]);
  });

  test('S38: a file that would lie elsewhere is not written', async () => {
    for (const path of ['../etc/x', '/etc/x', 'a/../../x']) {
      const told = await stage.run(shell('echo ran'), { files: [{ path, content: 'x' }] });
      expect(told).toMatchObject({ outcome: 'lost', out: '' });
    }
  });

  test('code with null bytes and endless lines does no harm', async () => {
    expect(await stage.run(python('print(1)\u0000'))).toMatchObject({
      outcome: 'failed',
      exit_code: 1,
    });
    const long = `x = "${'y'.repeat(2 ** 20)}"; print(len(x))`;
    expect((await stage.run(python(long))).out).toBe('1048576\n');
  });

  test('a stream that is longer than its result keeps is whole in its file', async () => {
    const told = await stage.run(shell('seq 400000'));
    expect(told.stdout.length).toBeGreaterThan(keptOfStream.whole * 2);
    expect(told.stdout.equals(await readFile(join(told.folder, 'stdout')))).toBe(true);
    expect(told.out.split('\n')[299_999]).toBe('300000');
  });

  test('without its image a task does not run, and is told so', async () => {
    const other = await setStage({ ...ground.deps, image: 'vx11t-no-such-image:local' });
    expect(await other.run(python('print(1)'))).toMatchObject({
      outcome: 'failed',
      cause: 'image_missing',
      detail: 'The Engine has no image vx11t-no-such-image:local. Build it: npm run image',
    });
    await other.destroy();
  });

  test('a runtime that the Engine does not have is no reason to do with less', async () => {
    const other = await setStage({ ...ground.deps, runtime: 'vx11t-no-such-runtime' });
    const told = await other.run(python('print(1)'));
    expect(told).toMatchObject({ outcome: 'failed', cause: 'runtime_missing', out: '' });
    expect(told.detail).toMatch(/^The Engine has no runtime vx11t-no-such-runtime, .*daemon\.json/);
    await other.destroy();
  });
});
