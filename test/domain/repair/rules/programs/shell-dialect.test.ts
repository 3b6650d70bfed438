import { expect, test } from 'vitest';
import { crlfScript } from '../../../../../domain/repair/rules/files/crlf-script.ts';
import { shellDialect } from '../../../../../domain/repair/rules/programs/shell-dialect.ts';
import { aCapture, ended, fixed } from '../../a-capture.ts';

const path = 'app/run.sh';
const failing = (text: string, log: string) =>
  aCapture({
    compose: 'services:\n  web:\n    image: web:1\n    command: [sh, app/run.sh]\n',
    files: { [path]: text },
    services: { web: { container: ended(2), logs: [log] } },
  });

test.each([
  ['if [ "$1" == a ]; then b; fi', 'if [ "$1" = a ]; then b; fi', '1: [: a: unexpected operator'],
  ['if [ "$1" = a]; then b; fi', 'if [ "$1" = a ]; then b; fi', '1: [: missing ]'],
  ['source ./lib.sh', '. ./lib.sh', '1: source: not found'],
  ['function go () {', 'go () {', '1: Syntax error: "(" unexpected'],
  ['let n=2', 'n=$((2))', '1: let: not found'],
  ['tr a b <<< "$1"', 'printf \'%s\\n\' "$1" | tr a b', '1: Syntax error: redirection unexpected'],
  [
    'tr a b <<< "$1"',
    'printf \'%s\\n\' "$1" | tr a b',
    'line 1: syntax error: unexpected redirection',
  ],
])('%s becomes %s', (own, right, said) => {
  expect(fixed(shellDialect, failing(`${own}\n`, `${path}: ${said}`))).toEqual({
    [path]: `${right}\n`,
  });
});

test.each([
  ['a list of here-strings', 'a <<< "$1" && b <<< "$2"'],
  ['a here-string in a pipe', 'cat <<< "$1" | b'],
])('%s is left to people', (_, own) => {
  const log = `${path}: 1: Syntax error: redirection unexpected`;
  expect(fixed(shellDialect, failing(`${own}\n`, log))).toBe('silent');
});

test.each(['1: set: Illegal option -', 'set: line 1: illegal option -'])(
  'Windows line ends are seen by what a shell says of them: %s',
  (said) => {
    expect(fixed(crlfScript, failing('set -e\r\na\r\n', `${path}: ${said}`))).toMatchObject({
      [path]: 'set -e\na\n',
    });
  },
);
