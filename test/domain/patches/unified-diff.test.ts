import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PatchedFile } from '../../../domain/patches/edit.ts';
import { patchSize, unifiedDiff } from '../../../domain/patches/unified-diff.ts';

const changed = (
  path: string,
  before: string | null,
  after: string,
  mode = 0o644,
): PatchedFile => ({
  path,
  before: before === null ? null : { text: before, mode: 0o644 },
  after: { text: after, mode },
});

/** What `git apply` makes of the diff, in a folder that is no repository. */
function applyByGit(files: readonly PatchedFile[]): PatchedFile['after'][] {
  const folder = mkdtempSync(join(tmpdir(), 'vx11-diff-'));
  try {
    for (const { path, before } of files) {
      if (before === null) continue;
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), before.text);
      chmodSync(join(folder, path), before.mode);
    }
    execFileSync('git', ['apply', '--whitespace=nowarn', '-'], {
      cwd: folder,
      input: unifiedDiff(files),
      env: { ...process.env, GIT_DIR: '/nonexistent', GIT_CEILING_DIRECTORIES: folder },
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: 10_000,
    });
    return files.map(({ path }) => ({
      text: readFileSync(join(folder, path), 'utf8'),
      mode: statSync(join(folder, path)).mode & 0o777,
    }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test('a diff reads as that of git: modes, new files, no newline at the end', () => {
  const files = [
    changed('run.sh', '#!/bin/sh\r\nexec app\r\n', '#!/bin/sh\nexec app\n', 0o755),
    changed('conf/a.ini', null, 'x=1'),
  ];
  expect(unifiedDiff(files)).toBe(
    [
      'diff --git a/conf/a.ini b/conf/a.ini',
      'new file mode 100644',
      '--- /dev/null',
      '+++ b/conf/a.ini',
      '@@ -0,0 +1,1 @@',
      '+x=1',
      '\\ No newline at end of file',
      'diff --git a/run.sh b/run.sh',
      'old mode 100644',
      'new mode 100755',
      '--- a/run.sh',
      '+++ b/run.sh',
      '@@ -1,2 +1,2 @@',
      '-#!/bin/sh\r',
      '-exec app\r',
      '+#!/bin/sh',
      '+exec app',
      '',
    ].join('\n'),
  );
  expect(patchSize(files)).toEqual({ files: 2, added: 3, removed: 2 });
});

test('the order of the files does not change the text', () => {
  const files = [changed('b', 'x\n', 'y\n'), changed('a', 'x\n', 'y\n')];
  expect(unifiedDiff(files)).toBe(unifiedDiff(files.toReversed()));
});

test.each<[string, PatchedFile[]]>([
  ['of a mode alone', [changed('run.sh', 'x\n', 'x\n', 0o755)]],
  ['with CRLF', [changed('a.txt', 'a\r\nb\r\nc\r\n', 'a\r\nB\r\nc\r\n')]],
  ['with a newline at the end that was not there', [changed('a', 'a\nb', 'a\nb\n')]],
  ['with a byte order mark', [changed('a', '\ufeffa\nb\n', '\ufeffA\nb\n')]],
  ['of a file with a space in its name', [changed('my file.txt', 'a\n', 'b\n')]],
  ['of a file whose name is not ASCII', [changed('añ "q".txt', 'a\n', 'b\n')]],
  ['that creates an empty file', [changed('empty', null, '')]],
  ['that empties a file', [changed('a', 'a\nb\n', '')]],
  ['of 20,000 lines', [changed('a', lines('a', 10_000), lines('b', 10_000))]],
])('git applies a diff %s', (_, files) => {
  expect(applyByGit(files)).toEqual(files.map(({ after }) => after));
});

function lines(word: string, count: number): string {
  return Array.from({ length: count }, (_, at) => `${word}${at}\n`).join('');
}

test('git makes the same bytes of any diff', () => {
  const line = fc.constantFrom('a', 'b', 'c', '', '-- x', '++ y', '@@ z', ' a', '\t', '\\ No');
  const end = fc.constantFrom('\n', '\r\n', '\n', '\r');
  const text = fc
    .tuple(fc.array(fc.tuple(line, end), { maxLength: 30 }), line)
    .map(([whole, last]) => whole.map((one) => one.join('')).join('') + last);
  const file = fc.tuple(fc.option(text, { freq: 5 }), text, fc.constantFrom(0o644, 0o755));
  fc.assert(
    fc.property(fc.array(file, { minLength: 1, maxLength: 3 }), (made) => {
      const files = made
        .map(([before, after, mode], at) => changed(`d${at}/f`, before, after, mode))
        .filter(({ before, after }) => before?.text !== after.text || before.mode !== after.mode);
      fc.pre(files.length > 0);
      expect(applyByGit(files)).toEqual(files.map(({ after }) => after));
    }),
    { numRuns: 60 },
  );
});
