import { describe, expect, test } from 'vitest';
import { readOnlyRoot } from '../../../../../domain/repair/rules/files/read-only-root.ts';
import { aCapture, aMount, ended, fixed } from '../../a-capture.ts';

const stack = 'services:\n  web:\n    image: web:1\n    read_only: true # keep\n';
const failing = (logs: string[], compose = stack, mounts = [aMount('/srv/data', '/data')]) =>
  aCapture({ compose, services: { web: { container: ended(1, { mounts }), logs } } });

describe('a tmpfs at the root of the path', () => {
  test.each([
    ["OSError: [Errno 30] Read-only file system: '/tmp/x/y'", '/tmp'],
    ["Error: EROFS: read-only file system, mkdir '/tmp/a'", '/tmp'],
    [
      'nginx: [emerg] mkdir() "/var/cache/nginx/client_temp" failed (30: Read-only file system)',
      '/var/cache/nginx',
    ],
    ['nginx: [emerg] open() "/var/run/nginx.pid" failed (30: Read-only file system)', '/run'],
    ['open /home/app/.cache/go/x: read-only file system', '/home/app/.cache'],
    ['java.nio.file.FileSystemException: /tmp/tomcat.1: Read-only file system', '/tmp'],
    ['Read-only file system @ rb_sysopen - /app/tmp/pids/server.pid (Errno::EROFS)', '/app/tmp'],
    [
      'FATAL:  could not create lock file "/var/run/postgresql/.s.PGSQL.5432.lock": Read-only file system',
      '/run',
    ],
    [
      "FileNotFoundError: [Errno 2] No usable temporary directory found in ['/tmp', '/var/tmp', '/usr/tmp', '/app']",
      '/tmp',
    ],
    ['touch: /tmp/x: Read-only file system', '/tmp'],
  ])('%s', (log, root) =>
    expect(fixed(readOnlyRoot, failing([log]))).toEqual({
      'compose.yaml': `${stack}    tmpfs: [${root}]\n`,
    }),
  );

  test('several, beside one that is there', () => {
    const text = `${stack}    tmpfs:\r\n      - /tmp # scratch\r\n`.replaceAll(/\r?\n/g, '\r\n');
    const logs = [
      "EROFS: read-only file system, open '/run/a.pid'",
      '"/var/cache/nginx/x" failed (30: Read-only file system)',
    ];
    expect(fixed(readOnlyRoot, failing(logs, text))).toEqual({
      'compose.yaml': text.replace(
        'tmpfs:\r\n      - /tmp #',
        'tmpfs: [/tmp, /run, /var/cache/nginx] #',
      ),
    });
  });

  test('beside a single one, and a flag that is merged', () => {
    const text =
      'x-c: &c { read_only: true, tmpfs: /tmp }\nservices:\n  web:\n    <<: *c\n    image: web:1\n';
    expect(
      fixed(readOnlyRoot, failing(["EROFS: read-only file system, open '/run/a.pid'"], text)),
    ).toEqual({ 'compose.yaml': `${text}    tmpfs: [/tmp, /run]\n` });
  });
});

test('what should survive needs a volume, which a person chooses', () => {
  expect(
    fixed(
      readOnlyRoot,
      failing(["sqlite3: EROFS: read-only file system, open '/var/lib/app/data.db'"]),
    ),
  ).toBe('advice');
});

describe('silent', () => {
  const log = ["EROFS: read-only file system, open '/tmp/x'"];
  test.each([
    ['where the root can be written', failing(log, stack.replace('true', 'false'))],
    ['where a mount is read-only', failing(["EROFS: read-only file system, open '/data/x'"])],
    ['where there is such a tmpfs', failing(log, `${stack}    tmpfs: /tmp:size=64m\n`)],
    [
      'for what a start script only notes',
      failing([
        '10-listen-on-ipv6-by-default.sh: info: can not modify /etc/nginx/conf.d/default.conf (read-only file system?)',
      ]),
    ],
    ['for another error', failing(["EACCES: permission denied, open '/tmp/x'"])],
  ])('%s', (_, capture) => expect(fixed(readOnlyRoot, capture)).toBe('silent'));
});
