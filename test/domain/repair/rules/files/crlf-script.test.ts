import { describe, expect, test } from 'vitest';
import { crlfScript } from '../../../../../domain/repair/rules/files/crlf-script.ts';
import { aCapture, ended, fixed } from '../../a-capture.ts';

const compose = 'services:\n  web:\n    build: .\n    entrypoint: ["/app/docker-entrypoint.sh"]\n';
const script = '#!/bin/sh\r\nset -e\r\nexec "$@"\r\n';
const path = 'docker-entrypoint.sh';
const failing = (logs: string[], text = script, files = {}) =>
  aCapture({
    compose,
    files: { [path]: { text, mode: 0o755 }, ...files },
    services: { web: { container: ended(127), logs } },
  });

describe('the script gets LF, and git leaves it so', () => {
  test.each([
    ['exec /app/docker-entrypoint.sh: no such file or directory'],
    ['exec: "/app/docker-entrypoint.sh": no such file or directory'],
    [
      'standard_init_linux.go:228: exec user process caused: exec /app/docker-entrypoint.sh: no such file or directory',
    ],
    ["/usr/bin/env: 'sh\\r': No such file or directory"],
    ['/usr/bin/env: ‘bash\r’: No such file or directory'],
    ['/bin/sh: /app/docker-entrypoint.sh: not found'],
    ['bash: /app/docker-entrypoint.sh: /bin/bash^M: bad interpreter: No such file or directory'],
    ['/app/docker-entrypoint.sh: cannot execute: required file not found'],
    ['/app/docker-entrypoint.sh: set: line 2: illegal option -'],
  ])('%s', (log) => {
    expect(fixed(crlfScript, failing([log]))).toEqual({
      [path]: script.replaceAll('\r', ''),
      '.gitattributes': '*.sh text eol=lf\n',
    });
  });

  test('a script that compose mounts, without a suffix, beside other attributes', () => {
    const text = '#!/usr/bin/env python3\r\nprint(1)\n\r\n';
    const capture = aCapture({
      compose:
        'services:\n  web:\n    image: python:3\n    command: /srv/start\n    volumes: ["./start:/srv/start"]\n',
      files: { 'scripts/start': text, '.gitattributes': '* text=auto' },
      services: {
        web: { container: ended(255, { error: 'exec /srv/start: no such file or directory' }) },
      },
    });
    expect(fixed(crlfScript, capture)).toEqual({
      'scripts/start': '#!/usr/bin/env python3\nprint(1)\n\n',
      '.gitattributes': '* text=auto\nstart text eol=lf\n',
    });
  });

  test('attributes that say so already stay', () => {
    const files = { '.gitattributes': '*.sh text eol=lf\n' };
    expect(
      fixed(
        crlfScript,
        failing(['exec /app/docker-entrypoint.sh: no such file or directory'], script, files),
      ),
    ).toEqual({ [path]: script.replaceAll('\r', '') });
  });
});

describe('silent', () => {
  const log = 'exec /app/docker-entrypoint.sh: no such file or directory';
  test.each([
    ['where the script has LF', failing([log], script.replaceAll('\r', ''))],
    ['where it failed for another reason', failing(['permission denied'])],
    [
      'where the missing file is another one',
      failing(['exec /app/other.sh: no such file or directory']),
    ],
    ['about a file without a shebang', failing([log], 'a\r\nb\r\n')],
    [
      'about the script of a neighbour',
      aCapture({
        compose: `${compose}  db:\n    image: d\n`,
        files: { [path]: script },
        services: { db: { logs: [log] } },
        red: [{ service: 'web' }],
      }),
    ],
  ])('%s', (_, capture) => expect(fixed(crlfScript, capture)).toBe('silent'));
});
