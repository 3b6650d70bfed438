import { execFileSync } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { startStack, type TestStack } from '../stack/stack.ts';
import { until } from '../stack/wait.ts';

const sh = (script: string) => ['sh', '-c', script];
const secret = 'hush-$5-a1b2c3';
const dotenv = 'line1\nkey==\nline3';

describe('what Compose adds when it starts a container', () => {
  let stack: TestStack;
  const slowImage = 'vx11t-slow-check:local';
  const files = {
    configs: [
      { source: 'inline', target: '/etc/app.conf', uid: '1000', gid: '1001', mode: 0o440 },
      'plain',
    ],
    secrets: ['key', { source: 'dotted', target: 'other/dotted' }],
  };
  const services = {
    app: files,
    missing: { secrets: ['unset'] },
    locked: { read_only: true, configs: ['inline'] },
    hooked: {
      post_start: [
        {
          command: sh('echo "$$A $$(pwd) $$(id -u)" > /tmp/up'),
          user: '0',
          working_dir: '/tmp',
          environment: { A: 'b' },
        },
        { command: sh('sleep 1; echo again >> /tmp/up') },
      ],
      pre_stop: [{ command: sh('echo bye > /s/down; sleep 0.2') }],
      volumes: ['state:/s'],
    },
    fails: { post_start: [{ command: sh('exit 4') }] },
    needsFails: { depends_on: ['fails'] },
    slow: {
      image: slowImage,
      command: sh('sleep 33; touch /tmp/ready; while :; do sleep 1; done'),
    },
    hurried: { image: slowImage, 'x-vx11': { start_timeout: '2s' } },
  };
  beforeAll(async () => {
    const check = 'HEALTHCHECK --interval=1s --start-period=300s CMD test -f /tmp/ready';
    execFileSync('docker', ['build', '-q', '-t', slowImage, '-'], {
      input: `FROM vx11-tiny:local\n${check}\n`,
    });
    stack = await startStack({
      temporalAddress: inject('temporalAddress'),
      services,
      top: {
        volumes: { state: {} },
        configs: { inline: { content: 'a=1\nprice=$$5\n' }, plain: { content: 'plain' } },
        secrets: {
          key: { environment: 'TEST_APP_KEY' },
          dotted: { environment: 'TEST_DOTTED' },
          unset: { environment: 'TEST_NOT_SET' },
        },
      },
      madreEnv: { TEST_APP_KEY: secret },
      before: ({ composeFile }) =>
        writeFile(
          join(composeFile, '../.env'),
          `TEST_DOTTED="${dotenv.replaceAll('\n', '\\n')}"\n`,
        ),
    });
  });
  afterAll(async () => {
    await stack?.destroy();
    await stack?.docker('volume', 'rm', '-f', `${stack.project}_state`);
    execFileSync('docker', ['image', 'rm', '-f', slowImage]);
  });

  const open = (target: string) =>
    stack.call('POST', '/vx11/window/open', { target, ttl_seconds: 120, wait_seconds: 58 });
  const close = (target: string) => stack.call('POST', '/vx11/window/close', { target });
  const nameOf = (service: string) => `${stack.project}-${service}-1`;
  const inside = (service: string, ...command: string[]) =>
    stack.docker('exec', nameOf(service), ...command);

  const hasAll = async () => {
    expect(await inside('app', 'cat', '/etc/app.conf')).toBe('a=1\nprice=$5\n');
    expect(await inside('app', 'stat', '-c', '%u %g %a', '/etc/app.conf')).toBe('1000 1001 440\n');
    expect(await inside('app', 'cat', '/plain')).toBe('plain');
    expect(await inside('app', 'stat', '-c', '%u %g %a', '/plain')).toBe('0 0 444\n');
    expect(await inside('app', 'cat', '/run/secrets/key')).toBe(secret);
    expect(await inside('app', 'cat', '/run/secrets/other/dotted')).toBe(dotenv);
  };

  test('inline configs and secrets of the environment are in the container, as Compose puts them there', async () => {
    expect((await open('app')).body).toMatchObject({ is_open: true, services_failed: [] });
    await hasAll();
    const vx11 = await stack.docker('diff', nameOf('app'));
    // also in one that fell, and in one that is made again
    await inside('app', 'rm', '/plain', '/run/secrets/key');
    await stack.docker('kill', nameOf('app'));
    await until('it is back with all', async () => hasAll().then(() => true));
    await stack.docker('rm', '-f', nameOf('app'));
    await until('it is back with all', async () => hasAll().then(() => true));
    await close('app');
    // the same as Compose itself
    await stack.docker('rm', nameOf('app'));
    const env = { ...process.env, TEST_APP_KEY: secret };
    const compose = ['compose', '-f', stack.composeFile];
    execFileSync('docker', [...compose, 'create', 'app'], { env, stdio: 'pipe' });
    const { stdout } = { stdout: await stack.docker('diff', nameOf('app')) };
    expect(stdout).toBe('');
    execFileSync('docker', [...compose, 'up', '-d', 'app'], { env, stdio: 'pipe' });
    const theirs = await stack.docker('diff', nameOf('app'));
    expect(theirs.split('\n').toSorted()).toEqual(vx11.split('\n').toSorted());
    await until('the stray is ended', async () => (await stack.running()).length === 0);
  });

  test('the value of a secret is written nowhere', async () => {
    await open('app');
    await close('app');
    for (const name of await readdir(stack.home, { recursive: true })) {
      const text = await readFile(join(stack.home, name)).catch(() => null);
      expect(text?.includes(secret) ?? false, name).toBe(false);
      if (name !== 'stack/docker-compose.yml') expect(text?.includes('a=1\n') ?? false).toBe(false);
    }
  });

  test('a secret that is not set, and a config of a read-only service, fail the service with the reason', async () => {
    const missing = await open('missing');
    expect(missing.body).toMatchObject({
      state: 'failed',
      services_failed: [{ error: 'create_failed' }],
    });
    expect(missing.body.services_failed[0].detail).toContain(
      '"TEST_NOT_SET" required by secret "unset"',
    );
    const locked = await open('locked');
    expect(locked.body.services_failed[0].detail).toContain(
      'cannot create config "inline" in a read-only service',
    );
    expect(await stack.running()).toEqual([]);
  });

  test('hooks run after the start and before the stop', async () => {
    expect((await open('hooked')).body).toMatchObject({ is_open: true });
    expect(await inside('hooked', 'cat', '/tmp/up')).toBe('b /tmp 0\nagain\n');
    expect((await close('hooked')).body.receipt.services).toMatchObject([
      { outcome: 'stopped', forced: false },
    ]);
    const left = [
      'run',
      '--rm',
      '-v',
      `${stack.project}_state:/s`,
      'vx11-tiny:local',
      'cat',
      '/s/down',
    ];
    expect(await stack.docker(...left)).toBe('bye\n');
  });

  test('a failing post_start hook fails its service, and its dependents do not start', async () => {
    const { body } = await open('needsFails');
    expect(body).toMatchObject({
      state: 'failed',
      services_failed: [
        {
          service: 'fails',
          error: 'start_failed',
          detail: expect.stringContaining('post_start hook exited with status 4'),
        },
        { service: 'needsFails', error: 'dependency_failed' },
      ],
    });
    expect(await stack.running()).toEqual([]);
  });

  test('the health check of an image sets the start limit, unless x-vx11 sets another', async () => {
    const hurried = await open('hurried');
    expect(hurried.body.services_failed).toMatchObject([
      { error: 'not_ready_in_time', detail: expect.stringContaining('within 2 s') },
    ]);
    expect((await open('slow')).body).toMatchObject({ is_open: true, services_failed: [] });
    await close('slow');
  });
});
