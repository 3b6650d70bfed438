import { describe, expect, test } from 'vitest';
import { checkTaskFiles } from '../../../domain/tasks/task-file.ts';

describe('the path of a task file', () => {
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
    ['a//b', 'empty'],
    ['a/', 'empty'],
    ['a\u0000b', 'control character'],
    ['a\nb', 'control character'],
    ['\ud800', 'not Unicode'],
    ['x'.repeat(256), '255 bytes'],
    [`${'d/'.repeat(16)}x`, '16 folders'],
    [Array(6).fill('y'.repeat(200)).join('/'), '1024 bytes'],
    ['main.py', 'the program file'],
    ['out', 'appears twice'],
  ])('cannot be %j', (path, problem) => {
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
  ])('cannot conflict with another one: %j', (paths, wrong) => {
    expect(checkTaskFiles(paths, 'python').map(({ index }) => index)).toEqual(wrong);
  });

  test('may be the name of a program file if the task has no code', () => {
    expect(checkTaskFiles(['main.py', 'main.sh'], 'command')).toEqual([]);
  });
});
