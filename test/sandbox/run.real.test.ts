import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { SandboxJob } from '../../activities/sandbox/sandbox.ts';
import { until } from '../stack/wait.ts';
import { onEachKernel } from './prerequisites.ts';
import {
  command,
  limits,
  node,
  python,
  startFixture,
  shell,
  type SandboxFixture,
} from './fixture.ts';

const { memory_mb, cpus, pids, disk_mb } = limits;
const shape = { memory_mb, cpus, pids, disk_mb, egress: false };
onEachKernel((kernel) => {
  let fixture: SandboxFixture;

  describe.each([
    ['cold', false, []],
    ['warm', true, [{ shape, bounds: { min: 1, max: 2 } }]],
  ])('in a %s sandbox', (_, warm, pool) => {
    beforeAll(async () => {
      fixture = await startFixture({ ...kernel.deps, pool });
    });
    beforeEach(() => fixture.sandboxes.pool.filled());
    afterAll(async () => {
      await fixture.expectClean();
      await fixture.destroy();
    });

    test.each<[string, SandboxJob['program'], string, string, number]>([
      [
        'python',
        python('import sys\nprint(6 * 7)\nprint("no", file=sys.stderr)'),
        '42\n',
        'no\n',
        0,
      ],
      ['a shell', shell('echo $((6 * 7)); echo no >&2; exit 3'), '42\n', 'no\n', 3],
      ['node', node('console.log(6 * 7); console.error("no"); process.exit(4)'), '42\n', 'no\n', 4],
      ['a command', command('printf', '%s', '42'), '42', '', 0],
      [
        'a command that does not exist',
        command('nowhere'),
        '',
        'vx11: nowhere: No such file or directory\n',
        127,
      ],
      [
        'a command that cannot run',
        command('/etc/passwd'),
        '',
        'vx11: /etc/passwd: Permission denied\n',
        126,
      ],
      ['python that exits with a message', python('exit("so")'), '', 'so\n', 1],
    ])('%s gives its output and its exit code', async (_kind, program, out, err, code) => {
      const result = await fixture.run(program);
      expect(result).toMatchObject({
        outcome: code === 0 ? 'completed' : 'failed',
        cause: 'exit',
        limit: null,
        exit_code: code,
        signal: null,
        out,
        err,
        warm,
      });
      expect(result.finished_at).toBeGreaterThanOrEqual(result.started_at);
      expect(result.peak_memory_bytes).toBeGreaterThan(2 ** 20);
      expect(result.cpu_ms).toBeGreaterThanOrEqual(0);
    });

    test.each<[string, SandboxJob['program']]>([
      [
        'python',
        python(
          'import os, sys\nprint(sys.stdin.read(), *sys.argv[1:], os.environ["NAME"], open("a/b.txt").read(), os.getcwd(), sep="|")',
          'one',
          'two words',
        ),
      ],
      ['a shell', shell('echo "$(cat)|$1|$2|$NAME|$(cat a/b.txt)|$PWD"', 'one', 'two words')],
      [
        'node',
        node(
          'const fs = require("fs"); console.log([fs.readFileSync(0), ...process.argv.slice(2), process.env.NAME, fs.readFileSync("a/b.txt"), process.cwd()].join("|"))',
          'one',
          'two words',
        ),
      ],
    ])('%s gets its stdin, arguments, environment and files', async (_kind, program) => {
      const files = [{ path: 'a/b.txt', content: 'ñ' }];
      const result = await fixture.run(program, { stdin: 'in', env: { NAME: 'x=y z' }, files });
      expect(result.out).toBe('in|one|two words|x=y z|ñ|/task\n');
    });

    test('a python task behaves as under python3', async () => {
      const result = await fixture.run(
        python(`
import atexit, sys, threading
atexit.register(print, "at exit")
assert __name__ == "__main__" and sys.modules["__main__"].__file__ == __file__
from helper import value
threading.Timer(0.05, print, ["from a thread"]).start()
def fail(): raise ValueError(value)
fail()`),
        { files: [{ path: 'helper.py', content: 'value = 5' }] },
      );
      expect(result).toMatchObject({ exit_code: 1, out: 'from a thread\nat exit\n' });
      expect(result.err).toBe(
        [
          'Traceback (most recent call last):',
          '  File "/task/main.py", line 8, in <module>',
          '    fail()',
          '  File "/task/main.py", line 7, in fail',
          '    def fail(): raise ValueError(value)',
          '                ^^^^^^^^^^^^^^^^^^^^^^^',
          'ValueError: 5',
          '',
        ].join('\n'),
      );
    });

    test('a megabyte of input is passed through', async () => {
      const stdin = 'x'.repeat(2 ** 20);
      const result = await fixture.run(shell('cat | md5sum; head -c 10 big'), {
        stdin,
        files: [{ path: 'big', content: stdin }],
      });
      expect(result).toMatchObject({ exit_code: 0, err: '' });
      const sum = createHash('md5').update(stdin).digest('hex');
      expect(result.out).toBe(`${sum}  -\nxxxxxxxxxx`);
    });

    test('output arrives while the task runs', async () => {
      const came: string[] = [];
      let running = false;
      const ended = new AbortController();
      const run = fixture.run(python('import time\nprint("first")\ntime.sleep(60)'), {
        signal: ended.signal,
        onState: () => (running = true),
        onOutput: (stream, text) => came.push(`${stream} ${text}`),
      });
      await until('the first line came', () => came.length > 0);
      expect(running).toBe(true);
      expect(came).toEqual(['stdout first\n']);
      ended.abort('cancelled');
      expect(await run).toMatchObject({ outcome: 'cancelled', cause: 'cancelled', out: 'first\n' });
    });

    test('files in /task/out become artifacts', async () => {
      const result = await fixture.run(
        shell(
          'mkdir -p out/deep/er; echo -n one > out/a; head -c 300000 /dev/zero > out/deep/er/b; chmod 0 out/a',
        ),
      );
      expect(result.outcome).toBe('completed');
      expect(result.artifacts.toSorted((one, other) => one.bytes - other.bytes)).toEqual([
        { path: 'a', bytes: 3 },
        { path: 'deep/er/b', bytes: 300_000 },
      ]);
      expect(await readFile(join(result.folder, 'out/a'), 'utf8')).toBe('one');
    });

    test.each([
      ['a folder without any permission', 'mkdir -m 0 out/x', ['a']],
      [
        'a folder that cannot be entered',
        'mkdir out/x; echo b > out/x/b; chmod 400 out/x',
        ['a', 'x/b'],
      ],
      ['an artifact folder without any permission', 'chmod 0 out', ['a']],
      ['an artifact folder that cannot be entered', 'chmod 400 out', ['a']],
    ])('artifacts are also collected from %s', async (_what, code, paths) => {
      const result = await fixture.run(shell(`echo a > out/a; ${code}; exit 0`));
      expect(result).toMatchObject({ outcome: 'completed', exit_code: 0, refused: [] });
      expect(result.artifacts.map(({ path }) => path).toSorted()).toEqual(paths);
    });

    test('a task that ends by a signal reports its name', async () => {
      const result = await fixture.run(python('import os\nos.kill(os.getpid(), 11)'));
      expect(result).toMatchObject({
        outcome: 'failed',
        cause: 'signal',
        exit_code: null,
        signal: 'SIGSEGV',
      });
    });

    test('closing the host ends running tasks with window_closed', async () => {
      const other = await startFixture({ ...kernel.deps, pool });
      let running = false;
      const run = other.run(python('import time\ntime.sleep(60)'), {
        onState: () => (running = true),
      });
      await until('it runs', () => running);
      expect(other.sandboxes.memoryInUse()).toBeGreaterThanOrEqual(memory_mb * 2 ** 20);
      await other.destroy();
      expect(await run).toMatchObject({ outcome: 'killed', cause: 'window_closed' });
      expect(other.sandboxes.memoryInUse()).toBe(0);
    });
  });
});
