import type { PatchedFile } from '../../patches/edit.ts';
import { matchesAny } from '../../patches/path-scope.ts';
import { changedLines } from '../../patches/unified-diff.ts';
import { cannotFail } from './shell.ts';
import { lessThan } from './health-command.ts';
import { weakening, type Candidate, type Weakening } from './word.ts';

const tests = [
  '**/*test*',
  '**/*.spec.*',
  '**/*_spec.*',
  '**/__tests__/**',
  'spec/**',
  'check*',
  '**/conftest.py',
];
const pipelines = [
  '.github/**',
  '.gitlab-ci.yml',
  '.circleci/**',
  'Jenkinsfile',
  'azure-pipelines.yml',
  '.drone.yml',
  '.woodpecker/**',
  'bitbucket-pipelines.yml',
];

export const isTest = (path: string): boolean => matchesAny(tests, path);

/** What a patch does to files that judge, build or guard the program. */
export function fileWeakenings(file: PatchedFile, { capture }: Candidate): Weakening[] {
  const { path, before, after } = file;
  const found: Weakening[] = [];
  if (isTest(path)) found.push(testWeakening(file));
  if (matchesAny(pipelines, path))
    found.push(weakening('ci_changed', path, 'it is part of a pipeline'));
  const hollow = after.text.trim() === '' && !path.endsWith('__init__.py');
  if (hollow && before?.text.trim() !== '')
    found.push(
      weakening(
        'file_emptied',
        path,
        before === null ? 'a new file is empty' : 'nothing is left of it',
      ),
    );
  if ((after.mode & 0o022 & ~(before?.mode ?? 0)) !== 0)
    found.push(weakening('rights_widened', path, 'others may write it'));
  if (
    before === null &&
    isStub(
      path,
      capture.services.flatMap(({ logs }) => logs),
    )
  )
    found.push(weakening('module_stubbed', path, 'it stands in for a package that is missing'));
  const { added } = changedLines(file);
  for (const { text } of added) {
    if (/^\s*(?:#(?!!)|\/\/)/.test(text)) continue;
    if (/\bchmod\s+(?:-\w+\s+)*(?:0?777|0?666|a\+\w*w|o\+\w*w|ugo\+\w*w)/.test(text))
      found.push(weakening('rights_widened', path, 'a chmod lets everybody write'));
    if (
      /(?:curl|wget)\b[^|]*\|\s*(?:sudo\s+)?(?:ba|da|a)?sh\b|\bpip\d?\s+install\s+.*https?:|\beval\b.*(?:curl|wget)/.test(
        text,
      )
    )
      found.push(weakening('code_fetched', path, 'it runs code from the network'));
    if (
      /verify\s*=\s*False|rejectUnauthorized\s*:\s*false|InsecureSkipVerify\s*:\s*true|_create_unverified_context|CERT_NONE|--no-check-certificate|NODE_TLS_REJECT_UNAUTHORIZED\W*0/.test(
        text,
      )
    )
      found.push(weakening('security_disabled', path, 'certificates are no longer checked'));
  }
  return /(?:^|\/)(?:Dockerfile|Containerfile)[^/]*$/.test(path)
    ? [...found, ...imageWeakenings(file)]
    : found;
}

const countOf = (text: string, what: RegExp): number => [...text.matchAll(what)].length;
const testCase =
  /^\s*(?:(?:async\s+)?def\s+test\w*|(?:it|test|describe)(?:\.\w+)*\s*[(`]|func\s+Test\w+|@Test\b|assert\w*[\s(.]|self\.assert\w+\(|expect\s*\(|t\.(?:Error|Fatal)|.*\bassert\b)/gm;
const skip =
  /@(?:pytest\.mark\.|unittest\.)?(?:skip|xfail|skipIf|expectedFailure)|pytest\.skip\(|\b(?:it|test|describe)\.(?:skip|todo|only|fails)\b|\bx(?:it|describe)\(|t\.Skip\(|@Disabled|@Ignore/g;

function testWeakening({ path, before, after }: PatchedFile): Weakening {
  const [was, is] = [before?.text ?? '', after.text];
  if (countOf(is, skip) > countOf(was, skip))
    return weakening('test_skipped', path, 'a test is skipped');
  if (countOf(is, testCase) < countOf(was, testCase))
    return weakening('test_removed', path, 'a test or an assertion is gone');
  return weakening('test_changed', path, 'it is a test or a check');
}

/** A new file under the name of a package that could not be found. */
function isStub(path: string, logs: readonly string[]): boolean {
  if (/(?:^|\/)(?:node_modules|site-packages)\//.test(path)) return true;
  const missing = logs.flatMap((line) =>
    [
      ...line.matchAll(
        /No module named ['"]?(?<py>[\w.]+)|Cannot find (?:module|package) ['"](?<js>[^./'"][^'"]*)['"]/g,
      ),
    ].map(({ groups }) => (groups!['py']?.split('.')[0] ?? groups!['js'])!),
  );
  const name = path
    .replace(/\/(?:__init__|index)\.\w+$/, '')
    .replace(/\.\w+$/, '')
    .split('/')
    .at(-1)!;
  return missing.includes(name);
}

/** The instructions of a Dockerfile that say who runs, and what tells that it is healthy. */
function imageWeakenings({ path, before, after }: PatchedFile): Weakening[] {
  if (before === null) return [];
  const last = (text: string, word: string): string | null => {
    const whole = text.replaceAll(/\\\r?\n/g, ' ');
    return (
      [...whole.matchAll(new RegExp(`^\\s*${word}\\s+(.*)$`, 'gim'))].at(-1)?.[1]?.trim() ?? null
    );
  };
  const found: Weakening[] = [];
  const [was, is] = [last(before.text, 'USER'), last(after.text, 'USER')];
  const root = (user: string | null): boolean => user === null || /^(?:root|0)(?::|$)/.test(user);
  if (was !== is && root(is) && !(root(was) && is === null))
    found.push(weakening('runs_as_root', path, 'its image runs as root'));
  const check = (text: string): string | null => {
    const line = last(text, 'HEALTHCHECK');
    const command = line?.replace(/^(?:--\S+\s+)*/, '').replace(/^CMD\s+/i, '') ?? null;
    return command === null || /^NONE$/i.test(command)
      ? null
      : command.replaceAll(/^\[|\]$|["],?/g, ' ').trim();
  };
  const [old, now] = [check(before.text), check(after.text)];
  if (old !== null && now === null)
    found.push(weakening('health_check_removed', path, 'its health check is gone'));
  else if (old !== null && now !== null && old !== now)
    if (cannotFail(now))
      found.push(weakening('health_check_cannot_fail', path, 'its health check cannot fail'));
    else if (lessThan(old, now) !== null)
      found.push(weakening('health_check_weakened', path, lessThan(old, now)!));
  return found;
}
