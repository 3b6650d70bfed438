import { describe, expect, test } from 'vitest';
import { badFlag } from '../../../../../domain/repair/rules/settings/bad-flag.ts';
import { aCapture, ended, fixed } from '../../a-capture.ts';

const stack =
  'services:\n  web:\n    image: web:1\n    command: ["serve", "--prot", "8080", "--verbose"] # k\n';
const usage = ['usage: serve [-h] [--port PORT] [--host HOST] [--verbose]'];
const failing = (compose: string, logs: string[], code = 2) =>
  aCapture({ compose, services: { web: { container: ended(code), logs } } });

describe('the nearest flag of the usage text', () => {
  test.each([
    [[...usage, 'serve: error: unrecognized arguments: --prot 8080']],
    [
      [
        'Error: unknown flag: --prot',
        'Usage:',
        '  serve [flags]',
        '      --port int   port (default 80)',
      ],
    ],
    [['flag provided but not defined: -prot', 'Usage of serve:', '  -port int', '  -host string']],
    [["serve: unrecognized option '--prot'", '  -p, --port=N  the port']],
    [["error: unexpected argument '--prot' found", "  tip: a similar argument exists: '--port'"]],
    [['Error: No such option: --prot Did you mean --port?']],
    [["error: unknown option '--prot'", '(Did you mean --port?)']],
    [['serve: bad option: --prot', '--port <n>']],
    [['unrecognized option: --prot', 'Options: --port, --host']],
  ])('%s', (logs) => {
    const after = (fixed(badFlag, failing(stack, logs)) as Record<string, string>)['compose.yaml'];
    expect(after).toBe(
      stack.replace('"--prot"', logs[0]!.startsWith('flag provided') ? '"-port"' : '"--port"'),
    );
  });

  test.each([
    [
      'redis-server --maxmemmory 64mb',
      '*** FATAL CONFIG FILE ERROR (Redis 7.2.4) ***',
      '>>> \'maxmemmory "64mb"\'',
      'Bad directive or wrong number of arguments',
    ],
    [
      'postgres -c max_conections=50',
      'FATAL:  unrecognized configuration parameter "max_conections"',
    ],
    [
      'mysqld --max-conections=50',
      "[ERROR] [MY-000067] [Server] unknown variable 'max-conections=50'.",
    ],
  ])('a server without a usage text: %s', (command, ...logs) => {
    const text = `services:\n  web:\n    image: w\n    command: ${command}\n`;
    expect(fixed(badFlag, failing(text, logs, 1))).toEqual({
      'compose.yaml': text.replace('memmory', 'memory').replace('conections', 'connections'),
    });
  });

  test('in a text, with its value, in an entrypoint, with CRLF', () => {
    const text =
      'services:\r\n  web:\r\n    image: w\r\n    entrypoint: serve --hst=0.0.0.0 --port=80\r\n';
    expect(fixed(badFlag, failing(text, [...usage, 'unknown option --hst'], 1))).toEqual({
      'compose.yaml': text.replace('--hst=', '--host='),
    });
  });
});

test('without a near one, a person decides', () => {
  expect(
    fixed(
      badFlag,
      failing(stack.replace('--prot', '--frobnicate'), [
        ...usage,
        'unrecognized arguments: --frobnicate',
      ]),
    ),
  ).toBe('needs_value');
});

describe('silent', () => {
  test.each([
    [
      'where the flag is not in the compose file',
      failing(stack, [...usage, 'unrecognized arguments: --other']),
    ],
    [
      'where it did not end',
      aCapture({ compose: stack, services: { web: { logs: ['unrecognized arguments: --prot'] } } }),
    ],
    ['where it ended well', failing(stack, ['unrecognized arguments: --prot'], 0)],
    [
      'where a value is wrong',
      failing(stack, [...usage, "argument --port: invalid int value: 'x'"]),
    ],
    ['where the usage alone is shown', failing(stack, usage)],
  ])('%s', (_, capture) => expect(fixed(badFlag, capture)).toBe('silent'));
});
