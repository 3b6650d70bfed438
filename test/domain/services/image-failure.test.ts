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
    /does not exist or needs a login/,
  ],
  ['unauthorized: authentication required', {}, 'pull_failed', /rejected Docker's credentials/],
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
  ['dial tcp 1.2.3.4:443: i/o timeout', { present: true }, 'pull_failed', /requires a newer image/],
  ['unexpected EOF', { began: true }, 'pull_failed', /was lost during .* open the window again/],
  [
    'write /var/lib/docker/tmp/x: no space left on device',
    { began: true },
    'disk_full',
    /became full/,
  ],
  ['invalid reference format', {}, 'pull_failed', /not a valid image name/],
  ['something new', {}, 'pull_failed', /could not be pulled: something new/],
])('%s %o is %s', (message, change, error, sentence) => {
  const failure = pullFailure(failed(message, change));
  expect(failure).toEqual({ error, detail: expect.stringMatching(sentence) });
});

test('a build failure shows the last lines of output, and a full disk is reported as such', () => {
  expect(buildFailure('web', ['Step 2/2', 'make: *** [all] Error 2'])).toEqual({
    error: 'build_failed',
    detail: expect.stringMatching(
      /run docker compose build web to see the full output.*\nStep 2\/2\nmake: .* Error 2$/,
    ),
  });
  expect(buildFailure('web', ['cp: write error: No space left on device'])).toMatchObject({
    error: 'disk_full',
  });
});

const gib = 1024 ** 3;
test.each([
  ['enough space', { free: 100 * gib, size: 200 * gib }, 10 * gib, true],
  ['too little space', { free: 10 * gib, size: 200 * gib }, 10 * gib, false],
  ['exactly the reserve', { free: 256 * 1024 ** 2, size: 200 * gib }, 0, true],
  ['less than the reserve', { free: 255 * 1024 ** 2, size: 200 * gib }, 0, false],
  ['enough space of a small disk', { free: 100 * 1024 ** 2, size: gib }, 50 * 1024 ** 2, true],
])('whether a pull fits on a disk with %s', (_, disk, missing, expected) => {
  expect(fitsOnDisk(disk, missing)).toBe(expected);
});
