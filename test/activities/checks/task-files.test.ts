import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readTaskFiles } from '../../../activities/checks/kinds/task-files.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vx11-task-files-'));
  mkdirSync(join(folder, 'app/deep'), { recursive: true });
  writeFileSync(join(folder, 'app/main.py'), '\uFEFFprint(1)\r\n');
  writeFileSync(join(folder, 'app/deep/a.txt'), 'ä\n');
  writeFileSync(join(folder, 'other.txt'), 'o');
});
afterEach(() => rmSync(folder, { recursive: true }));

const read = (...names: string[]) => readTaskFiles(folder, names, 'shell');

test('a folder stands for everything in it, byte by byte, each file once', async () => {
  expect(await read('app', 'app/main.py')).toEqual({
    files: [
      { path: 'app/deep/a.txt', content: 'ä\n' },
      { path: 'app/main.py', content: '\uFEFFprint(1)\r\n' },
    ],
  });
  expect(await read()).toEqual({ files: [] });
});

test('history, caches and links are left out', async () => {
  execFileSync('git', ['init', '-q', join(folder, 'app')]);
  mkdirSync(join(folder, 'app/__pycache__'));
  writeFileSync(join(folder, 'app/__pycache__/main.pyc'), 'x');
  symlinkSync('/etc/passwd', join(folder, 'app/passwd'));
  symlinkSync('/etc', join(folder, 'app/etc'));
  const { files } = (await read('app')) as { files: { path: string }[] };
  expect(files.map(({ path }) => path)).toEqual(['app/deep/a.txt', 'app/main.py']);
});

test.each<[string, () => void, string, string]>([
  ['a file that is not there', () => undefined, 'app/none', 'there is no app/none'],
  [
    'a folder behind a link',
    () => symlinkSync('/etc', join(folder, 'etc')),
    'etc/passwd',
    'leads through a link',
  ],
  [
    'bytes that are no text',
    () => writeFileSync(join(folder, 'raw'), Buffer.from([0xff, 0xfe])),
    'raw',
    'is not UTF-8 text',
  ],
  [
    'too many files',
    () => {
      for (let at = 0; at < 101; at += 1) writeFileSync(join(folder, 'app', `${at}`), '');
    },
    'app',
    'more than 100 files',
  ],
  [
    'too much',
    () => writeFileSync(join(folder, 'big'), 'x'.repeat(2 ** 20 + 1)),
    'big',
    'or 1 MiB',
  ],
  [
    'the name of the code itself',
    () => writeFileSync(join(folder, 'main.sh'), ''),
    'main.sh',
    'is the name of the program file',
  ],
])('%s is a problem that says what to do', async (_, make, name, problem) => {
  make();
  expect(await read(name)).toMatchObject({ problem: expect.stringContaining(problem) });
});
