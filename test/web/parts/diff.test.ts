import { expect, test } from 'vitest';
import { unifiedDiff } from '../../../domain/patches/unified-diff.ts';
import { parseDiff } from '../../../web/parts/diff/parse.ts';

const file = (path: string, before: string | null, after: string | null, mode = 0o644) => ({
  path,
  before: before === null ? null : { text: before, mode: 0o644 },
  after: after === null ? null : { text: after, mode },
});

test('a change has its lines with their numbers, and counts them', () => {
  const [one] = parseDiff(unifiedDiff([file('a/compose.yaml', 'a\nb\nc\n', 'a\nB\nc\nd\n')]));
  expect(one).toMatchObject({ path: 'a/compose.yaml', added: 2, removed: 1, fate: 'changed' });
  expect(
    one!.hunks[0]!.map(({ kind, before, after, text }) => [kind, before, after, text]),
  ).toEqual([
    ['same', 1, 1, 'a'],
    ['removed', 2, null, 'b'],
    ['added', null, 2, 'B'],
    ['same', 3, 3, 'c'],
    ['added', null, 4, 'd'],
  ]);
});

test('new files, removed files and modes are named', () => {
  const files = parseDiff(
    unifiedDiff([
      file('new.sh', null, 'x\n'),
      file('old.sh', 'x\n', null),
      file('run.sh', 'x\n', 'x\n', 0o755),
    ]),
  );
  expect(files.map(({ path, fate, modes }) => [path, fate, modes])).toEqual([
    ['new.sh', 'created', null],
    ['old.sh', 'removed', null],
    ['run.sh', 'changed', ['100644', '100755']],
  ]);
});

test('line ends and the missing last one are kept as they are', () => {
  const [crlf] = parseDiff(unifiedDiff([file('run.sh', 'a\r\nb', 'a\nb')]));
  const lines = crlf!.hunks[0]!;
  expect(lines.find(({ kind }) => kind === 'removed')!.text).toBe('a\r');
  expect(lines.at(-1)).toMatchObject({ kind: 'note' });
});

test('a text that is no diff is none', () => {
  expect(parseDiff('hello\n@@ nothing @@')).toEqual([]);
  expect(parseDiff('')).toEqual([]);
});
