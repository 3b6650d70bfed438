import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyOperations } from '../../../domain/patches/apply-operations.ts';
import type { Operation, SourceFile } from '../../../domain/patches/edit.ts';
import { matchesAny } from '../../../domain/patches/path-scope.ts';

const app: SourceFile = { path: 'app.py', text: 'one\r\ntwo\r\nthree', mode: 0o644 };
const edit = (expected: string, text: string, source = app): Operation => {
  const start = source.text.indexOf(expected);
  return {
    kind: 'edit',
    path: source.path,
    start,
    end: start + expected.length,
    expected,
    text,
  };
};
const insert = (at: number, text: string): Operation => ({
  kind: 'edit',
  path: 'app.py',
  start: at,
  end: at,
  expected: '',
  text,
});
const create = (path: string, text = 'x\n', mode = 0o644): Operation => ({
  kind: 'create',
  path,
  text,
  mode,
});

test('an edit changes its range, and no other byte', () => {
  expect(applyOperations([edit('three', '$& 3'), edit('two', '2')], [app])).toEqual({
    ok: true,
    files: [
      {
        path: 'app.py',
        before: { text: app.text, mode: 0o644 },
        after: { text: 'one\r\n2\r\n$& 3', mode: 0o644 },
      },
    ],
  });
});

test('a file is created, and an executable bit set, in one patch', () => {
  const applied = applyOperations(
    [
      { kind: 'mode', path: 'app.py', expected: 0o644, mode: 0o755 },
      edit('one', '1'),
      create('conf/new.ini'),
    ],
    [app],
  );
  expect(applied).toMatchObject({
    ok: true,
    files: [
      { path: 'app.py', after: { mode: 0o755, text: '1\r\ntwo\r\nthree' } },
      { path: 'conf/new.ini', before: null, after: { text: 'x\n', mode: 0o644 } },
    ],
  });
});

describe('all or nothing: a patch is refused', () => {
  const scope = { paths: ['.'], protect: ['**/*test*', 'check*', '**/*.key'] };
  test.each<[string, Operation[], string]>([
    ['that changes nothing', [], 'empty'],
    ['that puts the same text there', [edit('one', 'one')], 'empty'],
    ['whose text differs', [{ ...edit('one', '1'), expected: 'uno' } as Operation], 'stale'],
    ['beyond the end', [insert(400, 'x')], 'stale'],
    ['whose range is turned around', [{ ...insert(5, 'x'), end: 2 } as Operation], 'stale'],
    ['with a negative range', [{ ...insert(-3, 'x'), end: -3 } as Operation], 'stale'],
    ['whose edits overlap', [edit('one\r\ntwo', '1'), edit('two', '2')], 'overlap'],
    ['with one edit twice', [edit('one', '1'), edit('one', '1')], 'overlap'],
    ['with two insertions at one place', [insert(3, 'a'), insert(3, 'b')], 'overlap'],
    ['that creates and changes a file', [create('n'), { ...insert(0, 'a'), path: 'n' }], 'overlap'],
    ['that creates a file twice', [create('n'), create('n')], 'overlap'],
    ['that creates what exists', [create('app.py')], 'exists'],
    ['that needs a folder where a file is', [create('app.py/x')], 'exists'],
    ['of a file that is not there', [{ ...insert(0, 'a'), path: 'none' }], 'missing'],
    [
      'whose mode differs',
      [{ kind: 'mode', path: 'app.py', expected: 0o600, mode: 0o755 }],
      'stale',
    ],
    ['with setuid', [{ kind: 'mode', path: 'app.py', expected: 0o644, mode: 0o4755 }], 'mode'],
    ['with half a character', [edit('one', '\ud83d')], 'not_text'],
    ['with NUL', [create('n', 'a\0b')], 'not_text'],
    ['out of the folder', [create('../x')], 'bad_path'],
    ['out of the folder, hidden', [create('a/../../x')], 'bad_path'],
    ['by an absolute path', [create('/etc/passwd')], 'bad_path'],
    ['by a drive', [create('C:/x')], 'bad_path'],
    ['by a backslash', [create('..\\x')], 'bad_path'],
    ['with a line break in its name', [create('a\nb')], 'bad_path'],
    ['with an empty segment', [create('a//b')], 'bad_path'],
    ['inside of .git', [create('.git/hooks/post-checkout')], 'bad_path'],
    ['inside of a .git below', [create('sub/.GIT/config')], 'bad_path'],
    ['of a test', [create('app/test_app.py')], 'protected'],
    ['of a file in a folder of tests', [create('Tests/data.py')], 'protected'],
    ['of a check', [create('deep/check.sh')], 'protected'],
    ['of a key', [create('tls/server.key')], 'protected'],
  ])('%s', (_, operations, refusal) => {
    expect(applyOperations(operations, [app], scope)).toMatchObject({ ok: false, refusal });
  });

  test('outside of the paths that the policy names', () => {
    const narrow = { paths: ['conf', 'src/**/*.py'], protect: [] };
    expect(applyOperations([create('config.ini')], [], narrow)).toMatchObject({
      refusal: 'outside',
    });
    expect(applyOperations([create('src/a/b.js')], [], narrow)).toMatchObject({
      refusal: 'outside',
    });
    expect(applyOperations([create('conf/a.ini'), create('src/a.py')], [], narrow).ok).toBe(true);
  });
});

test.each([
  ['**/*test*', 'test.py', true],
  ['**/*test*', 'a/b/mytests.py', true],
  ['**/*test*', 'tests/deep/x.py', true],
  ['**/*.spec.*', 'src/a.spec.ts', true],
  ['**/*.spec.*', 'src/aspec.ts', false],
  ['check*', 'a/checks.yml', true],
  ['check*', 'precheck.sh', false],
  ['.git/**', '.gitignore', false],
  ['.', 'a/b', true],
  ['./conf/', 'conf/a', true],
  ['conf', 'configs/a', false],
  ['a/*/c', 'a/b/c', true],
  ['a/*/c', 'a/b/b/c', false],
  ['a?.py', 'ab.py', true],
  ['a+(b).py', 'a+(b).py', true],
])('the glob %s and %s', (glob, path, matches) => {
  expect(matchesAny([glob], path)).toBe(matches);
});

test('any text in which each edit is what was replaced stays as it was elsewhere', () => {
  const piece = fc
    .string({ unit: 'grapheme', maxLength: 8 })
    .filter((text) => !text.includes('\0'));
  const pieces = fc.array(fc.record({ keep: piece, was: piece, now: piece }), { maxLength: 6 });
  fc.assert(
    fc.property(pieces, piece, (parts, end) => {
      const text = `${parts.map(({ keep, was }) => `${keep}|${was}`).join('')}${end}`;
      let at = 0;
      const operations = parts.map(({ keep, was, now }): Operation => {
        const start = at + keep.length + 1;
        at = start + was.length;
        return { kind: 'edit', path: 'f', start, end: at, expected: was, text: now };
      });
      const expected = `${parts.map(({ keep, now }) => `${keep}|${now}`).join('')}${end}`;
      const applied = applyOperations(operations.toReversed(), [{ path: 'f', text, mode: 0o600 }]);
      if (applied.ok) expect(applied.files[0]!.after).toEqual({ text: expected, mode: 0o600 });
      else expect([applied.refusal, expected]).toEqual(['empty', text]);
    }),
  );
});
