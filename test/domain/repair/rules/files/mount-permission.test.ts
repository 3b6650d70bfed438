import { describe, expect, test } from 'vitest';
import { mountPermission } from '../../../../../domain/repair/rules/files/mount-permission.ts';
import { aCapture, aMount, ended, fixed } from '../../a-capture.ts';

const stack =
  'services:\n  web:\n    image: web:1\n    user: "101"\n    volumes: ["./data:/data"]\n';
const failing = (
  log: string,
  compose = stack,
  mount = aMount('/srv/data', '/data'),
  user = '101',
) =>
  aCapture({
    compose,
    services: { web: { container: ended(1, { mounts: [mount], user }), logs: [log] } },
  });
const denied = "PermissionError: [Errno 13] Permission denied: '/data/x.db'";

describe('it runs as the owner of the mount', () => {
  test.each([
    denied,
    "Error: EACCES: permission denied, open '/data/x.db'",
    'open /data/x.db: permission denied',
    'java.nio.file.AccessDeniedException: /data/x.db',
    'Permission denied @ rb_sysopen - /data/x.db (Errno::EACCES)',
    "mkdir: can't create directory '/data/sub': Permission denied",
    'sqlite3.OperationalError: unable to open database file',
    'chown: /data: Operation not permitted',
  ])('%s', (log) =>
    expect(fixed(mountPermission, failing(log))).toEqual({
      'compose.yaml': stack.replace('"101"', '"1000:1000"'),
    }),
  );

  test("one that the image's user lacks, below an anchor", () => {
    const text =
      'x-a: &a\n  image: web:1\nservices:\n  web:\n    <<: *a\n    volumes:\n      - type: bind\n        source: ./data\n        target: /data\n';
    const capture = failing(
      denied,
      text,
      aMount('/srv/data', '/data', { owner: { uid: 1001, gid: 100, mode: 0o700 } }),
      'node',
    );
    expect(fixed(mountPermission, capture)).toEqual({
      'compose.yaml': `${text}    user: '1001:100'\n`,
    });
  });
});

test('a folder of root needs a person', () => {
  expect(
    fixed(
      mountPermission,
      failing(
        denied,
        stack,
        aMount('/srv/data', '/data', { owner: { uid: 0, gid: 0, mode: 0o755 } }),
      ),
    ),
  ).toBe('advice');
});

describe('silent', () => {
  test.each([
    ['where it is the owner', failing(denied, stack, aMount('/srv/data', '/data'), '1000:1000')],
    ['where it is root', failing(denied, stack, aMount('/srv/data', '/data'), '')],
    ['outside of mounts', failing(denied.replace('/data', '/opt'))],
    [
      'for a mount that is read-only',
      failing(denied, stack, aMount('/srv/data', '/data', { read_only: true })),
    ],
    ['where a script may not be run', failing('exec: "/data/run.sh": permission denied')],
  ])('%s', (_, capture) => expect(fixed(mountPermission, capture)).toBe('silent'));
});
