import { describe, expect, test } from 'vitest';
import { wrongMountTarget } from '../../../../../domain/repair/rules/files/wrong-mount-target.ts';
import { aCapture, aMount, ended, fixed } from '../../a-capture.ts';

const short =
  'services:\n  web:\n    image: web:1\n    volumes:\n      - ./config:/config:ro # settings\n';
const mount = aMount('/srv/stack/config', '/config', { entries: ['app.yml', 'sub'] });
const failing = (log: string, compose = short, mounts = [mount], files = {}) =>
  aCapture({
    compose,
    files,
    services: { web: { container: ended(1, { mounts }), logs: ['starting', log] } },
  });

describe('the mount is put where its file is looked for', () => {
  test.each([
    "Error: ENOENT: no such file or directory, open '/etc/app/app.yml'",
    "FileNotFoundError: [Errno 2] No such file or directory: '/etc/app/app.yml'",
    'open /etc/app/app.yml: no such file or directory',
    'java.io.FileNotFoundException: /etc/app/app.yml (No such file or directory)',
    'java.nio.file.NoSuchFileException: /etc/app/app.yml',
    'No such file or directory @ rb_sysopen - /etc/app/app.yml (Errno::ENOENT)',
    'nginx: [emerg] open() "/etc/app/app.yml" failed (2: No such file or directory)',
    "cat: can't open '/etc/app/app.yml': No such file or directory",
    "Fatal error, can't open config file '/etc/app/app.yml': No such file or directory",
    'postgres: could not access the server configuration file "/etc/app/app.yml": No such file or directory',
    'config file not found: /etc/app/app.yml',
  ])('%s', (log) =>
    expect(fixed(wrongMountTarget, failing(log))).toEqual({
      'compose.yaml': short.replace('/config:ro', '/etc/app:ro'),
    }),
  );

  test('the long syntax', () => {
    const text =
      'services:\n  web:\n    image: web:1\n    volumes:\n      - type: bind\n        source: ./config\n        target: /config\n';
    expect(fixed(wrongMountTarget, failing("ENOENT, open '/app/config/app.yml'", text))).toEqual({
      'compose.yaml': text.replace('target: /config', 'target: /app/config'),
    });
  });

  test('a mounted file', () => {
    const text =
      'services:\r\n  web:\r\n    image: nginx:1\r\n    volumes: ["./nginx.conf:/etc/nginx.conf:ro"]\r\n';
    const mounts = [aMount('/srv/stack/nginx.conf', '/etc/nginx.conf')];
    expect(
      fixed(
        wrongMountTarget,
        failing(
          'open() "/etc/nginx/nginx.conf" failed (2: No such file or directory)',
          text,
          mounts,
        ),
      ),
    ).toEqual({ 'compose.yaml': text.replace(':/etc/nginx.conf', ':/etc/nginx/nginx.conf') });
  });

  test('a file deeper in the folder', () => {
    const files = { 'config/sub/deep.json': '{}' };
    expect(
      fixed(
        wrongMountTarget,
        failing("Cannot find module '/app/conf/sub/deep.json'", short, [mount], files),
      ),
    ).toEqual({ 'compose.yaml': short.replace('/config:ro', '/app/conf:ro') });
  });
});

describe('silent', () => {
  const log = "ENOENT: no such file or directory, open '/etc/app/app.yml'";
  test.each([
    ['where no mount has the file', failing(log.replace('app.yml', 'other.yml'))],
    [
      'where two mounts have the file',
      failing(log, short, [mount, aMount('/srv/b', '/b', { entries: ['app.yml'] })]),
    ],
    [
      'where the file is at its place',
      failing(log, short, [aMount('/srv/stack/config', '/etc/app', { entries: ['app.yml'] })]),
    ],
    ['where it is read, and something else is wrong', failing('invalid value in /etc/app/app.yml')],
    ['about a volume', failing(log, short, [{ ...mount, type: 'volume' }])],
    ['about an address', failing('GET http://x/etc/app/app.yml 404 not found')],
  ])('%s', (_, capture) => expect(fixed(wrongMountTarget, capture)).toBe('silent'));
});
