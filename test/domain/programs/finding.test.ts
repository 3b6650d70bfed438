import { describe, expect, test } from 'vitest';
import {
  answerOf,
  toAsk,
  withAnswers,
  withKnownAnswers,
  type FoundProgram,
  type ProgramRun,
} from '../../../domain/programs/finding.ts';
import { programTable } from '../../../domain/programs/table.ts';

const git = programTable.get('git')!;
const run = (change: Partial<ProgramRun>): ProgramRun => ({
  code: 0,
  end: 'exited',
  stdout: '',
  stderr: '',
  ...change,
});
const aFinding = (change: Partial<FoundProgram> = {}): FoundProgram => ({
  name: 'git',
  category: 'version-control',
  path: '/usr/bin/git',
  realpath: '/usr/bin/git',
  root: 'image',
  version: null,
  version_from: 'unknown',
  usable: true,
  reason: null,
  auth: 'unknown',
  checked_at: '2026-11-29T12:00:00.000Z',
  identity: { realpath: '/usr/bin/git', inode: '7', size: 10, mtime_ms: 5 },
  asked: false,
  ...change,
});
const answered = { version: '2.1.0', version_from: 'run', usable: true, reason: null } as const;

describe('the answer of a program', () => {
  test('is the version on either stream', () => {
    expect(answerOf(git, run({ stdout: 'git version 2.1.0' }), 2000)).toEqual(answered);
    expect(answerOf(git, run({ stderr: 'git version 2.1.0' }), 2000)).toEqual(answered);
  });
  test('with another exit code is its first line, and it is not usable', () =>
    expect(answerOf(git, run({ code: 1, stderr: '\nno toolchain\nmore 1.2.3' }), 2000)).toEqual({
      version: null,
      version_from: 'unknown',
      usable: false,
      reason: 'no toolchain',
    }));
  test.each([
    "/bin/grep: /bin/grep: unrecognized option '--version'",
    '/bin/find: find: unrecognized: --version',
    'awk: warning: option -W is ignored',
    'sed: illegal option -- -',
  ])('that knows no option for a version has none, and is usable: %s', (stderr) =>
    expect(answerOf(git, run({ code: 1, stderr }), 2000)).toEqual({
      version: null,
      version_from: 'unknown',
      usable: true,
      reason: null,
    }),
  );
  test('may come with an exit code that the table names', () => {
    const awk = programTable.get('awk')!;
    expect(answerOf(awk, run({ code: 2, stderr: 'mawk 1.3.4 20200120' }), 2000).version).toBe(
      '1.3.4',
    );
  });
  test('that took too long, or never came, says so', () => {
    expect(
      answerOf(git, run({ code: null, end: 'timeout', stdout: 'git 2.1.0' }), 2000),
    ).toMatchObject({
      version: null,
      usable: false,
      reason: 'it did not tell its version within 2 s',
    });
    expect(answerOf(git, run({ code: null }), 2000).reason).toBe('a signal ended it');
    expect(answerOf(git, run({ code: 3 }), 2000).reason).toBe('exit code 3');
  });
  test('that is longer than a version is still read, if it begins with one', () => {
    const flood = { code: null, end: 'too_much_output' } as const;
    expect(answerOf(git, run({ ...flood, stdout: 'git 2.1.0\nyyyy' }), 2000)).toEqual(answered);
    expect(answerOf(git, run({ ...flood, stdout: 'yyyy' }), 2000).usable).toBe(false);
  });
});

describe('a file that has not changed', () => {
  const known = [aFinding({ ...answered, asked: true })];
  test('keeps the answer of its program, and is not asked again', () => {
    const now = withKnownAnswers([aFinding()], known);
    expect(now).toEqual([aFinding({ ...answered, asked: true })]);
    expect(toAsk(now, programTable)).toEqual([]);
  });
  test('is not asked again either if its program had no answer', () => {
    const silent = { usable: false, reason: 'it did not tell its version within 2 s', asked: true };
    const now = withKnownAnswers([aFinding()], [aFinding(silent)]);
    expect(toAsk(now, programTable)).toEqual([]);
    expect(now[0]).toMatchObject({ usable: false, reason: silent.reason });
  });
  test.each([
    ['inode', { inode: '8' }],
    ['size', { size: 11 }],
    ['time', { mtime_ms: 6 }],
    ['path', { realpath: '/opt/git' }],
  ])('is asked again once its %s has changed', (_, change) => {
    const other = aFinding({ identity: { ...aFinding().identity!, ...change } });
    const now = withKnownAnswers([other], known);
    expect(toAsk(now, programTable)).toEqual([other]);
  });
  test('answers only for the name under which it was asked', () => {
    const other = aFinding({ name: 'jj' });
    expect(withKnownAnswers([other], known)).toEqual([other]);
  });
});

test('programs are asked only if they are usable, open, and the table allows it', () => {
  const found = [
    aFinding(),
    aFinding({ name: 'copilot' }),
    aFinding({ name: 'jq', root: 'host' }),
    aFinding({ name: 'svn', version: '1.14.2', version_from: 'file' }),
    aFinding({ name: 'hg', usable: false, identity: null }),
  ];
  expect(toAsk(found, programTable).map(({ name }) => name)).toEqual(['git']);
});

test('answers go to the finding of their root and name', () => {
  const found = [aFinding(), aFinding({ root: 'host' })];
  const [image, host] = withAnswers(found, { 'image/git': answered }, '2026-11-29T13:00:00.000Z');
  expect(image).toMatchObject({ ...answered, asked: true, checked_at: '2026-11-29T13:00:00.000Z' });
  expect(host).toEqual(found[1]);
});
