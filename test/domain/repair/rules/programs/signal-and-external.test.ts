import { describe, expect, test } from 'vitest';
import { external } from '../../../../../domain/repair/rules/external.ts';
import { signalNotPassed } from '../../../../../domain/repair/rules/programs/signal-not-passed.ts';
import { aCapture, ended, fixed } from '../../a-capture.ts';

const web = (settings: string): string => `services:\n  web:\n    image: web:1\n${settings}`;

describe('a shell that keeps the signal to stop', () => {
  const killed = (compose: string, files = {}, more = {}) =>
    aCapture({ compose, files, services: { web: { container: { ...ended(137), ...more } } } });
  test.each<[string, string, string]>([
    [
      'a simple command needs none',
      '    command: ["sh", "-c", "node app.js"]\n',
      '    command: [ node, app.js ]\n',
    ],
    [
      'the last of several',
      '    command: ["sh", "-c", "sleep 1 && node app.js"]\n',
      '    command: ["sh", "-c", "sleep 1 && exec node app.js"]\n',
    ],
    [
      'after settings',
      '    entrypoint: ["/bin/sh", "-ec", "umask 027; node app.js --port $$PORT"]\n',
      '    entrypoint: ["/bin/sh", "-ec", "umask 027; exec node app.js --port $$PORT"]\n',
    ],
    [
      'the last of several lines',
      '    command:\n      - sh\n      - -c\n      - |\n        umask 027\n        node app.js\n',
      '    command:\n      - sh\n      - -c\n      - |\n        umask 027\n        exec node app.js\n',
    ],
  ])('%s', (_, settings, right) => {
    const after = fixed(signalNotPassed, killed(web(settings))) as Record<string, string>;
    expect(after['compose.yaml']!.replaceAll(/\[\s*|\s*\]|["']/g, '')).toBe(
      web(right).replaceAll(/\[\s*|\s*\]|["']/g, ''),
    );
  });
  test('the last line of a script', () => {
    const files = { 'start.sh': '#!/bin/sh\nset -e\nmigrate\nnode app.js "$@"\n' };
    const run = web('    entrypoint: ["/app/start.sh"]\n');
    expect(fixed(signalNotPassed, killed(run, files))).toEqual({
      'start.sh': '#!/bin/sh\nset -e\nmigrate\nexec node app.js "$@"\n',
    });
  });
  test('a check that says so is a proof too', () => {
    const stack = aCapture({
      compose: web('    command: ["sh", "-c", "node app.js"]\n'),
      red: [{ detail: 'the stop was forced after 10 s' }],
    });
    expect(typeof fixed(signalNotPassed, stack)).toBe('object');
  });
  test.each<[string, string, object, object]>([
    [
      'for lack of memory',
      '    command: ["sh", "-c", "node app.js"]\n',
      {},
      { out_of_memory: true },
    ],
    ['of a program without a shell', '    command: ["node", "app.js"]\n', {}, {}],
    ['of a shell that does exec', '    command: ["sh", "-c", "a; exec node app.js"]\n', {}, {}],
    [
      'of a command that is written on two lines',
      '    command:\n      - sh\n      - -c\n      - |\n        node \\\n          app.js\n',
      {},
      {},
    ],
    ['of a loop', '    command: ["sh", "-c", "while true; do a; done"]\n', {}, {}],
    [
      'of a script that traps',
      '    command: ["/start.sh"]\n',
      { 'start.sh': '#!/bin/sh\ntrap stop TERM\nnode app.js\n' },
      {},
    ],
    [
      'of a script that ends in a block',
      '    command: ["/start.sh"]\n',
      { 'start.sh': '#!/bin/sh\nif a; then\n  node app.js\nfi\n' },
      {},
    ],
  ])('an end %s is another matter', (_, settings, files, more) => {
    expect(fixed(signalNotPassed, killed(web(settings), files, more))).toBe('silent');
  });
});

describe('what no change of a file can mend is advice', () => {
  const says = (line: string, settings = '', more = {}) =>
    aCapture({
      compose: web(settings),
      services: { web: { container: ended(1), logs: [line], ...more } },
    });
  const arm = {
    image_config: { user: '', entrypoint: [], command: [], environment: [], architecture: 'arm64' },
  };
  test.each<[string, object]>([
    ['OSError: [Errno 28] No space left on device', {}],
    ['Error: ENOSPC: no space left on device, write', {}],
    ['exec /app/server: exec format error', arm],
    ['ssl.SSLCertVerificationError: certificate verify failed: certificate is not yet valid', {}],
    ['Error: certificate has expired', {}],
    ['Error: getaddrinfo ENOTFOUND api.partner.com', {}],
    ['GET https://api.partner.com/v1/rates failed: 503 Service Unavailable', {}],
    ['HTTPSConnectionPool(https://api.partner.com:443): Read timed out', {}],
    ['toomanyrequests: You have reached your pull rate limit', {}],
  ])('%s', (line, more) => {
    expect(fixed(external, says(line, '', more))).toBe('advice');
  });
  test('services that wait for each other', () => {
    const error = 'dependency cycle detected: web -> db -> web: invalid compose project';
    expect(fixed(external, aCapture({ compose: web(''), error }))).toBe('advice');
  });
  test.each<[string, string, object]>([
    ['exec /app/start.sh: exec format error', '', {}],
    ['Error: getaddrinfo ENOTFOUND db', '', {}],
    ['Error: getaddrinfo ENOTFOUND db.internal', '', {}],
    ['Error: getaddrinfo ENOTFOUND api.shop.dev', '    hostname: api.shop.dev\n', {}],
    ['ENOSPC: System limit for number of file watchers reached', '', {}],
    ['GET http://web:8080/health 500', '', {}],
    ['ready', '', {}],
  ])('%s is another matter', (line, settings, more) => {
    expect(fixed(external, says(line, settings, more))).toBe('silent');
  });
});
