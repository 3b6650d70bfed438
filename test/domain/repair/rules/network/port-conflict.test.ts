import { describe, expect, test } from 'vitest';
import { portConflict } from '../../../../../domain/repair/rules/network/port-conflict.ts';
import { aCapture, fixed } from '../../a-capture.ts';

const stack =
  'services:\n  web:\n    image: web:1\n    ports:\n      - "127.0.0.1:8080:80" # mine\n  admin:\n    image: admin:1\n    ports:\n      - "8080:80"\n';
const errors = [
  'driver failed programming external connectivity on endpoint stack-web-1 (abc): Bind for 0.0.0.0:8080 failed: port is already allocated',
  'failed to set up container networking: driver failed programming external connectivity on endpoint x: failed to bind host port 127.0.0.1:8080/tcp: address already in use',
  'ports are not available: exposing port TCP 0.0.0.0:8080 -> 127.0.0.1:0: listen tcp 0.0.0.0:8080: bind: address already in use',
  'cannot start: failed to bind host port for 0.0.0.0:8080:172.18.0.2:80/tcp: address already in use',
];
const failing = (
  compose: string,
  error: string,
  more: Partial<Parameters<typeof aCapture>[0]> = {},
) =>
  aCapture({
    compose,
    services: { web: { container: { state: 'created', error } } },
    red: [{ service: 'web' }],
    ...more,
  });

describe('the service that could not start gets the next free port, at the same address', () => {
  test.each(errors)('%s', (error) => {
    expect(fixed(portConflict, failing(stack, error))).toEqual({
      'compose.yaml': stack.replace('127.0.0.1:8080:80', '127.0.0.1:8081:80'),
    });
  });

  test('ports in use are left out', () => {
    const ports_in_use = [8081, 8082].map((port) => ({ port, container: null }));
    expect(fixed(portConflict, failing(stack, errors[0]!, { ports_in_use }))).toEqual({
      'compose.yaml': stack.replace('1:8080:80', '1:8083:80'),
    });
  });

  test('the one that the README names is taken', () => {
    const files = { 'README.md': '# It\n\nThe site is at http://localhost:8090/ then.\n' };
    expect(fixed(portConflict, failing(stack, errors[0]!, { files }))).toEqual({
      'compose.yaml': stack.replace('1:8080:80', '1:8090:80'),
    });
  });

  test('the long syntax, with CRLF, as the check says it', () => {
    const text = stack
      .replace('- "127.0.0.1:8080:80" # mine', '- target: 80\n        published: 8080')
      .replaceAll('\n', '\r\n');
    const capture = aCapture({
      compose: text,
      services: { web: { container: null } },
      red: [{ service: 'web', cause: 'not_started', detail: errors[0]! }],
    });
    expect(fixed(portConflict, capture)).toEqual({
      'compose.yaml': text.replace('published: 8080', 'published: 8081'),
    });
  });

  test('a default of a variable', () => {
    const text = stack.replace('127.0.0.1:8080:80', '${WEB_PORT:-8080}:80');
    expect(fixed(portConflict, failing(text, errors[0]!))).toEqual({
      'compose.yaml': text.replace(':-8080', ':-8081'),
    });
  });
});

test('a port that something else holds is not moved', () => {
  const text = stack.replace('- "8080:80"\n', '- "9090:80"\n');
  expect(
    fixed(
      portConflict,
      failing(text, errors[0]!, { ports_in_use: [{ port: 8080, container: 'other-web-1' }] }),
    ),
  ).toBe('advice');
});

describe('silent', () => {
  test.each([
    [
      'where the port of the message is not its own',
      failing(stack, errors[0]!.replace('8080', '5555')),
    ],
    ['without a message', failing(stack, '')],
    [
      'where a program inside says it',
      aCapture({
        compose: stack,
        services: { web: { logs: ['Error: listen EADDRINUSE: address already in use :::80'] } },
      }),
    ],
    [
      'about a neighbour',
      aCapture({
        compose: stack,
        services: { admin: { container: { error: errors[0]! } } },
        red: [{ service: 'web' }],
      }),
    ],
  ])('%s', (_, capture) => expect(fixed(portConflict, capture)).toBe('silent'));
});
