import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile, chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import Docker from 'dockerode';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { createImages, DiskFullError, type Images } from '../../activities/images/images.ts';
import { pullFailure } from '../../domain/services/image-failure.ts';
import type { PullProgress } from '../../domain/services/pull-progress.ts';
import { freePort } from '../stack/temporal.ts';
import { until } from '../stack/wait.ts';
import { removeAfterTest, startRegistry, type TestRegistry } from './registry.ts';

const run = promisify(execFile);
/** From the Debian package docker-registry. */
const debianRegistry = '/usr/bin/docker-registry';
const never = new AbortController().signal;
const platform = null;

let registry: TestRegistry;
let config: string;
let images: Images;

beforeAll(async () => {
  registry = await startRegistry();
  config = await mkdtemp(join(tmpdir(), 'vx11-docker-config-'));
  images = createImages({
    docker: new Docker(),
    dockerConfig: config,
    build: () => Promise.reject(new Error('nothing is built here')),
  });
});
afterEach(async () => {
  Object.assign(registry.rules, { bytesPerSecond: null, cutAfter: null, status: null, user: null });
  await writeFile(join(config, 'config.json'), '');
});
afterAll(async () => {
  await registry?.close();
  await rm(config, { recursive: true, force: true });
});

const pull = async (ref: string, signal = never): Promise<PullProgress[]> => {
  const updates: PullProgress[] = [];
  await images.pull({ ref, platform }, (progress) => updates.push(progress), signal);
  return updates;
};
/** Returns the failure that a person reads after a failed pull. */
const failureOf = async (ref: string, wanted: string | null = null) => {
  const error = await images
    .pull({ ref, platform: wanted }, () => undefined, never)
    .then(
      () => null,
      (reason: Error) => reason,
    );
  expect(error).not.toBeNull();
  const { message } = error!;
  return pullFailure({
    ref,
    service: 'web',
    platform: wanted,
    present: false,
    began: false,
    message,
  });
};

test('a pull reports its progress until the image is there', async () => {
  const ref = await registry.add('progress', { megabytes: 3 });
  removeAfterTest(ref);
  registry.rules.bytesPerSecond = 3e6;
  expect(await images.find({ ref, platform })).toBeNull();
  const updates = await pull(ref);
  expect(await images.find({ ref, platform })).toMatchObject({ os: 'linux' });
  const halfway = updates.find(({ percent }) => percent !== null && percent > 20 && percent < 90);
  expect(halfway?.text).toMatch(/^pulling \d+ %, \d\.\d of [34]\.\d MB$/);
  const bytes = updates.map(({ current_bytes }) => current_bytes);
  expect(bytes).toEqual(bytes.toSorted((one, other) => one - other));
  expect(updates.at(-1)).toMatchObject({ percent: 100 });
});

test('two callers for one image share its pull, and both get its progress', async () => {
  const ref = await registry.add('shared', { megabytes: 2 });
  removeAfterTest(ref);
  registry.rules.bytesPerSecond = 2e6;
  const before = registry.asked.length;
  const [one, other] = await Promise.all([pull(ref), pull(ref)]);
  expect(one.at(-1)).toMatchObject({ percent: 100 });
  expect(other.at(-1)).toMatchObject({ percent: 100 });
  const layers = registry.asked.slice(before).filter((path) => path.includes('/blobs/'));
  expect(new Set(layers).size).toBe(layers.length);
});

test('a shared pull continues after one caller cancels, and the Engine stops it after the last one does', async () => {
  const ref = await registry.add('cancelled', { megabytes: 4 });
  removeAfterTest(ref);
  registry.rules.bytesPerSecond = 400_000;
  const [first, second] = [new AbortController(), new AbortController()];
  const [one, other] = [pull(ref, first.signal), pull(ref, second.signal)];
  const ends = Promise.allSettled([one, other]);
  await until('its layer is being sent', () => registry.sending() > 0);
  first.abort(new Error('closed'));
  await expect(one).rejects.toThrow('closed');
  const sent = registry.sent();
  await until('the pull continues for the other caller', () => registry.sent() > sent);
  second.abort(new Error('closed too'));
  await expect(other).rejects.toThrow('closed too');
  await ends;
  await until('the Engine has stopped the pull', () => registry.sending() === 0);
  expect(await images.find({ ref, platform })).toBeNull();
});

test('a new request after a cancelled pull starts it again', async () => {
  const ref = await registry.add('again', { megabytes: 1 });
  removeAfterTest(ref);
  registry.rules.bytesPerSecond = 200_000;
  const cancelling = new AbortController();
  const cancelled = Promise.allSettled([pull(ref, cancelling.signal)]);
  await until('its layer is being sent', () => registry.sending() > 0);
  cancelling.abort(new Error('closed'));
  registry.rules.bytesPerSecond = null;
  expect((await pull(ref)).at(-1)).toMatchObject({ percent: 100 });
  expect(await cancelled).toMatchObject([{ status: 'rejected', reason: { message: 'closed' } }]);
});

describe('credentials', () => {
  const user = { name: 'ada', password: 'lace:s' };
  const auth = Buffer.from('ada:lace:s').toString('base64');

  test.each([
    ['in config.json', () => ({ auths: { [registry.address]: { auth } } })],
    [
      'in config.json under a URL, as older Docker versions wrote them,',
      () => ({
        auths: { [`http://${registry.address}/v1/`]: { auth } },
      }),
    ],
  ])('%s are used', async (_, content) => {
    const ref = await registry.add(`private-${_.length}`);
    removeAfterTest(ref);
    registry.rules.user = user;
    await writeFile(join(config, 'config.json'), JSON.stringify(content()));
    await pull(ref);
    expect(await images.find({ ref, platform })).not.toBeNull();
  });

  test('come from the credential helper that the config names for the registry', async () => {
    const ref = await registry.add('helped');
    removeAfterTest(ref);
    registry.rules.user = user;
    const helper = join(config, 'docker-credential-vx11test');
    const answer = JSON.stringify({ Username: user.name, Secret: user.password });
    await writeFile(helper, `#!/bin/sh\n[ "$(cat)" = ${registry.address} ] && echo '${answer}'\n`);
    await chmod(helper, 0o755);
    vi.stubEnv('PATH', `${config}:${process.env['PATH']}`);
    const credHelpers = { [registry.address]: 'vx11test' };
    await writeFile(join(config, 'config.json'), JSON.stringify({ credHelpers }));
    await pull(ref).finally(() => vi.unstubAllEnvs());
    expect(await images.find({ ref, platform })).not.toBeNull();
  });

  test('that are wrong or missing are reported as such, and never shown', async () => {
    const ref = await registry.add('guarded');
    registry.rules.user = user;
    const wrong = Buffer.from('ada:hunter2').toString('base64');
    await writeFile(
      join(config, 'config.json'),
      JSON.stringify({ auths: { [registry.address]: { auth: wrong } } }),
    );
    const failure = await failureOf(ref);
    expect(failure).toMatchObject({ error: 'pull_failed' });
    expect(failure.detail).toContain("rejected Docker's credentials");
    expect(failure.detail).not.toContain('hunter2');
    await writeFile(join(config, 'config.json'), '{}');
    expect((await failureOf(ref)).detail).toContain('docker login');
  });

  test('whose helper cannot be run fail the pull with the name of the helper', async () => {
    const ref = await registry.add('unhelped');
    await writeFile(join(config, 'config.json'), JSON.stringify({ credsStore: 'vx11-none' }));
    await expect(pull(ref)).rejects.toThrow('docker-credential-vx11-none cannot be run');
  });
});

describe('a failed pull gives the reason in one sentence:', () => {
  test.each<[string, number | null, string, RegExp]>([
    ['an image that does not exist', null, 'image_missing', /has no image 127\.\S+\/nothing:1; /],
    [
      'an image that is denied',
      403,
      'image_missing',
      /denied access to \S+: it does not exist or needs a login/,
    ],
    ['a rate limit', 429, 'pull_failed', /rate limit/],
  ])('%s', async (_, status, error, sentence) => {
    registry.rules.status = status;
    const failure = await failureOf(`${registry.address}/nothing:1`);
    expect(failure).toEqual({ error, detail: expect.stringMatching(sentence) });
  });

  test('a registry that cannot be reached', async () => {
    const failure = await failureOf('127.0.0.1:1/nothing:1');
    expect(failure.error).toBe('image_missing');
    expect(failure.detail).toMatch(
      /cannot be reached.*connection refused.*docker compose pull web/,
    );
  });

  test('another platform', async () => {
    const ref = await registry.add('foreign');
    removeAfterTest(ref);
    const failure = await failureOf(ref, 'linux/s390x');
    expect(failure).toEqual({
      error: 'pull_failed',
      detail: expect.stringContaining('but not for linux/s390x'),
    });
  });
});

test('a connection that breaks in the middle of a layer is reported, and the pull continues from there', async () => {
  const ref = await registry.add('cut', { megabytes: 1 });
  removeAfterTest(ref);
  Object.assign(registry.rules, { cutAfter: 300_000, bytesPerSecond: 4e6 });
  const texts: string[] = [];
  const onProgress = ({ text }: PullProgress): void => {
    texts.push(text);
    if (text.includes('retrying')) registry.rules.cutAfter = null;
  };
  await images.pull({ ref, platform }, onProgress, never);
  expect(texts).toContainEqual(expect.stringMatching(/^pulling .*, retrying$/));
  expect(await images.find({ ref, platform })).not.toBeNull();
});

test('a pull that would fill the disk is stopped, even in the middle', async () => {
  const ref = await registry.add('large', { megabytes: 4 });
  removeAfterTest(ref);
  registry.rules.bytesPerSecond = 1e6;
  let free = 1e12;
  const full = createImages({
    docker: new Docker(),
    dockerConfig: config,
    build: () => Promise.resolve(),
    disk: async () => ({ free, size: 1e12 }),
  });
  const pulling = full.pull(
    { ref, platform },
    ({ percent }) => {
      if (percent !== null && percent > 10) free = 1e6;
    },
    never,
  );
  const error = await pulling.then(
    () => null,
    (reason: Error) => reason,
  );
  expect(error).toBeInstanceOf(DiskFullError);
  expect(error!.message).toMatch(/needs at least .* more on Docker's disk, which has 1\.0 MB free/);
  await until('the Engine has stopped the pull', () => registry.sending() === 0);
  expect(await full.find({ ref, platform })).toBeNull();
});

test('an image can be pulled from Debian’s own registry', async ({ skip }) => {
  const isInstalled = await run(debianRegistry, ['--version']).then(
    () => true,
    () => false,
  );
  skip(!isInstalled, 'docker-registry is not installed here');
  const folder = await mkdtemp(join(tmpdir(), 'vx11-registry-'));
  const file = join(folder, 'config.yml');
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  const ref = `${address}/tiny:1`;
  removeAfterTest(ref);
  await writeFile(
    file,
    `version: 0.1\nstorage: { filesystem: { rootdirectory: ${folder} } }\nhttp: { addr: ${address} }\n`,
  );
  const server = execFile(debianRegistry, ['serve', file]);
  try {
    await until('the registry answers', () =>
      fetch(`http://${address}/v2/`).then(
        ({ ok }) => ok,
        () => false,
      ),
    );
    await run('docker', ['tag', 'vx11-tiny:local', ref]);
    await run('docker', ['push', '-q', ref]);
    await run('docker', ['rmi', ref]);
    await pull(ref);
    expect(await images.find({ ref, platform })).not.toBeNull();
  } finally {
    server.kill();
    await rm(folder, { recursive: true, force: true });
  }
});
