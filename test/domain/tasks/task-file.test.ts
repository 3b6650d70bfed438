import { describe, expect, test } from 'vitest';
import { checkTaskFiles } from '../../../domain/tasks/task-file.ts';

describe('a file that a task brings along', () => {
  test.each(['a', 'a/b.txt', '.hidden', 'a b/ñ', '-rf', 'out/seed.txt', 'x'.repeat(255)])(
    'may be %j',
    (path) => expect(checkTaskFiles([path], 'python')).toEqual([]),
  );

  test.each([
    ['', 'is empty'],
    ['/etc/passwd', 'must be relative'],
    ['../x', '`..`'],
    ['a/../../x', '`..`'],
    ['..', '`..`'],
    ['./x', '`..`'],
    ['a//b', 'plain names'],
    ['a/', 'plain names'],
    ['a\u0000b', 'control character'],
    ['a\nb', 'control character'],
    ['\ud800', 'not Unicode'],
    ['x'.repeat(256), '255 bytes'],
    [`${'d/'.repeat(16)}x`, '16 folders'],
    [Array(6).fill('y'.repeat(200)).join('/'), '1024 bytes'],
    ['main.py', 'the program itself'],
    ['out', 'there twice'],
  ])('may not be %j', (path, problem) => {
    expect(checkTaskFiles([path], 'python')).toEqual([
      { index: 0, problem: expect.stringContaining(problem) as string },
    ]);
  });

  test.each([
    [['a', 'a'], [1]],
    [['a', 'a/b'], [1]],
    [['a/b', 'a'], [1]],
    [['a/b', 'a/c', 'b'], []],
    [['main.sh'], []],
    [
      ['../x', 'ok', '/y'],
      [0, 2],
    ],
  ])('and not clash with another: %j', (paths, wrong) => {
    expect(checkTaskFiles(paths, 'python').map(({ index }) => index)).toEqual(wrong);
  });

  test('leaves the name of the program free where there is no code', () => {
    expect(checkTaskFiles(['main.py', 'main.sh'], 'command')).toEqual([]);
  });
});
