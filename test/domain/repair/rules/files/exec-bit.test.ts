import { describe, expect, test } from 'vitest';
import { execBit } from '../../../../../domain/repair/rules/files/exec-bit.ts';
import { aCapture, ended, fixed } from '../../a-capture.ts';

const compose =
  'services:\n  web:\n    image: web:1\n    command: ["/app/run.sh"]\n    volumes: [".:/app"]\n';
const failing = (error: string, mode = 0o644, path = 'run.sh', logs: string[] = []) =>
  aCapture({
    compose,
    files: { [path]: { text: '#!/bin/sh\nls\n', mode } },
    services: { web: { container: ended(126, { error }), logs } },
  });

describe('the file gets an execute bit for those who may read it', () => {
  test.each([
    'failed to create task: OCI runtime create failed: runc create failed: unable to start container process: exec: "/app/run.sh": permission denied: unknown',
    'exec /app/run.sh: permission denied',
    '/bin/sh: /app/run.sh: Permission denied',
    '/bin/sh: 1: /app/run.sh: Permission denied',
    'Error: spawn /app/run.sh EACCES',
    "PermissionError: [Errno 13] Permission denied: '/app/run.sh'",
  ])('%s', (error) => expect(fixed(execBit, failing(error))).toEqual({ 'run.sh mode': '755' }));

  test('not for others, if they may not read it', () => {
    expect(
      fixed(execBit, failing('', 0o640, 'scripts/run.sh', ['exec /app/run.sh: permission denied'])),
    ).toEqual({ 'scripts/run.sh mode': '750' });
  });
});

describe('silent', () => {
  const denied = 'exec /app/run.sh: permission denied';
  test.each([
    ['where the bit is set', failing(denied, 0o755)],
    ['about another file', failing('exec /app/other.sh: permission denied')],
    ['where the file is not found', failing('exec /app/run.sh: no such file or directory')],
    [
      'where a data file is denied',
      failing("PermissionError: [Errno 13] Permission denied: '/data/x.txt'"),
    ],
    [
      'where two files could be meant',
      aCapture({
        compose,
        files: { 'a/run.sh': '#!/bin/sh\n', 'b/run.sh': '#!/bin/sh\n' },
        services: { web: { container: ended(126, { error: denied }) } },
      }),
    ],
  ])('%s', (_, capture) => expect(fixed(execBit, capture)).toBe('silent'));
});
