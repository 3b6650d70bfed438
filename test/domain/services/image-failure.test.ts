import { expect, test } from 'vitest';
import {
  buildFailure,
  fitsOnDisk,
  pullFailure,
  type FailedPull,
} from '../../../domain/services/image-failure.ts';

const failed = (message: string, change: Partial<FailedPull> = {}): FailedPull => ({
  ref: 'ghcr.io/a/b:1',
  service: 'web',
  platform: null,
  present: false,
  began: false,
  message,
  ...change,
});

test.each<[string, Partial<FailedPull>, string, RegExp]>([
  ['manifest for ghcr.io/a/b:1 not found: manifest unknown', {}, 'image_missing', /has no image/],
  ['manifest unknown', { present: true }, 'pull_failed', /has no image/],
  [
    "pull access denied for x, repository does not exist or may require 'docker login'",
    {},
    'image_missing',
    /does not exist there or needs a login/,
  ],
  ['unauthorized: authentication required', {}, 'pull_failed', /did not accept the credentials/],
  [
    'Get "https://x/v2/": unauthorized: incorrect username or password',
    {},
    'pull_failed',
    /docker login ghcr\.io/,
  ],
  [
    'toomanyrequests: You have reached your unauthenticated pull rate limit',
    {},
    'pull_failed',
    /rate limit/,
  ],
  ['received unexpected HTTP status: 429 Too Many Requests', {}, 'pull_failed', /rate limit/],
  [
    'no matching manifest for linux/arm64/v8 in the manifest list entries',
    { platform: 'linux/arm64' },
    'pull_failed',
    /but not for linux\/arm64/,
  ],
  [
    'Get "https://ghcr.io/v2/": dial tcp: lookup ghcr.io on 10.0.0.1:53: no such host',
    {},
    'image_missing',
    /cannot be reached .*no such host.* not on this host; run docker compose pull web/,
  ],
  ['dial tcp 1.2.3.4:443: i/o timeout', { present: true }, 'pull_failed', /wants a newer image/],
  ['unexpected EOF', { began: true }, 'pull_failed', /broke while .* open again/],
  [
    'write /var/lib/docker/tmp/x: no space left on device',
    { began: true },
    'disk_full',
    /filled up/,
  ],
  ['invalid reference format', {}, 'pull_failed', /not a name that an image can have/],
  ['something new', {}, 'pull_failed', /could not be pulled: something new/],
])('%s %o is %s', (message, change, error, sentence) => {
  const failure = pullFailure(failed(message, change));
  expect(failure).toEqual({ error, detail: expect.stringMatching(sentence) });
});

test('a build that fails is told by the end of its output, and a full disk as such', () => {
  expect(buildFailure('web', ['Step 2/2', 'make: *** [all] Error 2'])).toEqual({
    error: 'build_failed',
    detail: expect.stringMatching(
      /docker compose build web shows all.*\nStep 2\/2\nmake: .* Error 2$/,
    ),
  });
  expect(buildFailure('web', ['cp: write error: No space left on device'])).toMatchObject({
    error: 'disk_full',
  });
});

const gib = 1024 ** 3;
test.each([
  ['much', { free: 100 * gib, size: 200 * gib }, 10 * gib, true],
  ['too little', { free: 10 * gib, size: 200 * gib }, 10 * gib, false],
  ['just what is left to others', { free: 256 * 1024 ** 2, size: 200 * gib }, 0, true],
  ['less than is left to others', { free: 255 * 1024 ** 2, size: 200 * gib }, 0, false],
  ['little, of a small disk', { free: 100 * 1024 ** 2, size: gib }, 50 * 1024 ** 2, true],
])('on a disk with %s free', (_, disk, missing, expected) => {
  expect(fitsOnDisk(disk, missing)).toBe(expected);
});
