import { describe, expect, test } from 'vitest';
import { interpreterMissing } from '../../../../../domain/repair/rules/files/interpreter-missing.ts';
import { aCapture, ended, fixed } from '../../a-capture.ts';

const compose = 'services:\n  web:\n    build: .\n    command: ./start.sh\n';
const log = 'exec ./start.sh: no such file or directory';
const failing = (text: string, programs: string[], logs = [log]) =>
  aCapture({
    compose,
    files: { 'start.sh': text },
    services: { web: { container: ended(127), logs, programs } },
  });

describe('an interpreter of the image is written', () => {
  test.each([
    ['#!/bin/bash\nset -e\nexec node server.js\n', ['sh', 'node'], '/bin/sh'],
    ['#!/usr/bin/env bash\necho "$1"\n', ['sh', 'env'], '/bin/sh'],
    ['#! /usr/bin/env bash -e\nexec "$@"\n', ['sh', 'env'], '/bin/sh'],
    ['#!/usr/bin/env python\nprint(1)\n', ['sh', 'env', 'python3'], '/usr/bin/env python3'],
    ['#!/usr/bin/nodejs\nconsole.log(1)\n', ['sh', 'env', 'node'], '/usr/bin/env node'],
    ['#!/usr/bin/python3\nprint(1)\n', ['sh', 'env', 'python3'], '/usr/bin/env python3'],
  ])('%s', (text, programs, by) => {
    const old = /^#! ?(\/usr\/bin\/env \w+|\S+)/.exec(text)![1]!;
    expect(fixed(interpreterMissing, failing(text, programs))).toEqual({
      'start.sh': text.replace(old, by),
    });
  });

  test.each([
    "env: can't execute 'bash': No such file or directory",
    '/usr/bin/env: ‘bash’: No such file or directory',
    '/bin/sh: ./start.sh: not found',
    'sh: 1: ./start.sh: not found',
  ])('%s', (said) => {
    expect(
      fixed(interpreterMissing, failing('#!/usr/bin/env bash\nls\n', ['sh', 'env'], [said])),
    ).toEqual({ 'start.sh': '#!/bin/sh\nls\n' });
  });
});

test.each([
  'if [[ -n $A ]]; then echo; fi',
  'a=(1 2)',
  'cat <<< "$A"',
  'set -euo pipefail',
  'source ./env',
  'for i in {1..3}; do :; done',
  'echo "${A^^}"',
  'if [ "$a" == b ]; then :; fi',
  'diff <(ls) <(ls)',
  'function x { :; }',
])('a script of bash stays one: %s', (line) => {
  expect(fixed(interpreterMissing, failing(`#!/bin/bash\n${line}\n`, ['sh']))).toBe('advice');
});

describe('silent', () => {
  test.each([
    ['where the image has it', failing('#!/bin/sh\nls\n', ['sh'])],
    ['where the line ends with CR', failing('#!/bin/bash\r\nls\r\n', ['sh'])],
    [
      'where the script itself is not there',
      failing(
        '#!/bin/bash\nls\n',
        ['sh'],
        ['exec: "/x/start.sh": stat /x/start.sh: no such file or directory: unknown'],
      ),
    ],
    ['where the programs of the image are not known', failing('#!/bin/bash\nls\n', [])],
    ['where it ran', failing('#!/bin/bash\nls\n', ['sh'], ['ls: cannot access x'])],
  ])('%s', (_, capture) => expect(fixed(interpreterMissing, capture)).toBe('silent'));
});
