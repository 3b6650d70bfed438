import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { startStack, type TestStack } from '../stack/stack.ts';
import { until } from '../stack/wait.ts';

const sh = (script: string) => ['sh', '-c', script];
const after = (
  service: string,
  condition: 'service_started' | 'service_healthy' | 'service_completed_successfully',
  more: object = {},
) => ({ depends_on: { [service]: { condition, ...more } } });
const never = { test: ['CMD', 'false'], interval: '1s', timeout: '1s', retries: 2 };

describe('a window starts what docker compose up would have started', () => {
  let stack: TestStack;
  beforeAll(async () => {
    stack = await startStack({
      temporalAddress: inject('temporalAddress'),
      services: {
        migrate: { command: sh('sleep 4; exit 0'), restart: 'unless-stopped' },
        app: after('migrate', 'service_completed_successfully'),
        app2: after('migrate', 'service_completed_successfully'),
        broken: { command: sh('sleep 1; exit 3') },
        needy: after('broken', 'service_completed_successfully'),
        optional: after('broken', 'service_completed_successfully', { required: false }),
        sick: { healthcheck: never },
        starts: after('sick', 'service_started'),
        wants: after('sick', 'service_healthy'),
        settles: after('sick', 'service_healthy', { required: false }),
        cache: {},
        shop: after('cache', 'service_started', { required: false }),
        crashy: {
          restart: 'unless-stopped',
          expose: ['8080'],
          volumes: ['state:/s'],
          command: sh(
            'echo x >> /s/n; sleep 1; [ $$(wc -l < /s/n) -ge 3 ] || exit 1; mkdir -p /w; httpd -p 8080 -h /w; while :; do sleep 1; done',
          ),
        },
        none: { deploy: { replicas: 0 } },
        stands: after('none', 'service_healthy'),
        job: { command: sh('sleep 1; exit 0') },
      },
      top: { volumes: { state: {} } },
    });
  });
  afterAll(async () => {
    await stack?.destroy();
    await stack?.docker('volume', 'rm', '-f', `${stack.project}_state`);
  });

  const open = (target: string) =>
    stack.call('POST', '/vx11/window/open', { target, ttl_seconds: 120, wait_seconds: 50 });
  const close = (target: string) => stack.call('POST', '/vx11/window/close', { target });
  const statusOf = async (name: string) => {
    const { body } = await stack.call('GET', '/vx11/status');
    return body.services.find((one: { name: string }) => one.name === name);
  };
  const inspect = async (service: string, format: string) =>
    (await stack.docker('inspect', '-f', format, `${stack.project}-${service}-1`)).trim();
  const instant = async (service: string, what: 'StartedAt' | 'FinishedAt') =>
    Date.parse(await inspect(service, `{{.State.${what}}}`));

  test('a service starts after the job that it waits for has ended, and the job is done', async () => {
    const { body } = await open('app');
    expect(body).toMatchObject({ is_open: true, services_failed: [] });
    expect(await instant('app', 'StartedAt')).toBeGreaterThan(
      await instant('migrate', 'FinishedAt'),
    );
    expect(await statusOf('migrate')).toMatchObject({ state: 'done', health: 'ok' });
    // a second window that needs the job too does not run it again, nor does the settle loop
    const ranAt = await instant('migrate', 'StartedAt');
    expect((await open('app2')).body).toMatchObject({ is_open: true, services_failed: [] });
    await stack.docker('kill', `${stack.project}-app-1`);
    await until('app is back', async () => (await stack.running()).includes('app'));
    expect(await instant('migrate', 'StartedAt')).toBe(ranAt);
    await close('app2');
    const ended = new Date(await instant('migrate', 'FinishedAt')).toISOString();
    expect((await close('app')).body.receipt).toMatchObject({
      residue: [],
      services: [
        {
          service: 'migrate',
          outcome: 'done',
          exit_code: 0,
          stopped_by: 'itself',
          stopped_at: ended,
        },
        { service: 'app', outcome: 'stopped' },
      ],
    });
    await until('it sleeps', async () => (await statusOf('migrate')).state === 'exited');
    expect(await statusOf('migrate')).toMatchObject({ health: 'off_by_policy' });
    // the next window runs the job again
    await open('app');
    expect(await instant('migrate', 'StartedAt')).toBeGreaterThan(ranAt);
    await close('app');
  });

  test('while a job runs the window says what it waits for, and a close ends the job early', async () => {
    const opening = stack.call('POST', '/vx11/window/open', {
      target: 'app',
      ttl_seconds: 60,
      wait_seconds: 0,
    });
    const { window_id } = (await opening).body;
    await until('it says so', async () => {
      const { body } = await stack.call('GET', `/vx11/windows/${window_id}`);
      return body.state === 'opening' && body.waiting_for === 'migrate to end';
    });
    const { body } = await close('app');
    expect(body).toMatchObject({ closed: true });
    expect(await stack.running()).toEqual([]);
  });

  test('a job that fails fails what waits for it, with its exit code', async () => {
    const { body } = await open('needy');
    expect(body).toMatchObject({ is_open: false, state: 'failed' });
    expect(body.services_failed).toMatchObject([
      { service: 'broken', error: 'exited' },
      {
        service: 'needy',
        error: 'dependency_failed',
        detail: expect.stringContaining('exit code 3'),
      },
    ]);
    expect(await stack.running()).toEqual([]);
  });

  test('a service that does not require a failed one starts after it, and the failure is named', async () => {
    const { body } = await open('optional');
    expect(body).toMatchObject({
      is_open: true,
      services_started: ['optional'],
      services_failed: [{ service: 'broken', detail: expect.stringContaining('exit code 3') }],
    });
    expect(await instant('optional', 'StartedAt')).toBeGreaterThan(
      await instant('broken', 'FinishedAt'),
    );
    await close('optional');
    const held = await open('shop');
    expect(held.body).toMatchObject({ services_started: ['cache', 'shop'], services_failed: [] });
    await close('shop');
    expect(await stack.running()).toEqual([]);
  });

  test('service_started does not need a healthy dependency, service_healthy does', async () => {
    expect((await open('starts')).body).toMatchObject({ is_open: true, services_failed: [] });
    await until('sick is unhealthy', async () => (await statusOf('sick')).state === 'unhealthy');
    expect(await stack.running()).toEqual(['sick', 'starts']);
    await close('starts');
    const { body } = await open('wants');
    expect(body).toMatchObject({ state: 'failed' });
    expect(body.services_failed).toMatchObject([
      { service: 'sick', error: 'unhealthy' },
      { service: 'wants', error: 'dependency_failed' },
    ]);
    expect(await stack.running()).toEqual([]);
    expect((await open('settles')).body).toMatchObject({
      is_open: true,
      services_failed: [{ service: 'sick', error: 'unhealthy' }],
    });
    expect(await stack.running()).toEqual(['settles', 'sick']);
    await close('settles');
    expect(await stack.running()).toEqual([]);
  });

  test('a service that crashes while it opens is restarted as its restart setting says', async () => {
    const { body } = await open('crashy');
    expect(body).toMatchObject({ is_open: true, services_failed: [] });
    const { body: log } = await stack.call('GET', '/vx11/audit/export');
    expect(log).toContain('it ended with exit code 1');
    await close('crashy');
  });

  test('a service with zero replicas is not waited for', async () => {
    expect((await open('none')).body).toMatchObject({ is_open: true, services_failed: [] });
    expect(await statusOf('none')).toMatchObject({ health: 'ok' });
    expect((await close('none')).body.receipt).toMatchObject({ residue: [] });
    expect((await open('stands')).body).toMatchObject({ is_open: true, services_failed: [] });
    expect(await stack.running()).toEqual(['stands']);
    await close('stands');
  });

  test('a job that is opened by itself is done when it ends, and the receipt says when', async () => {
    await open('job');
    await until('it is done', async () => (await statusOf('job')).state === 'done');
    expect(await statusOf('job')).toMatchObject({ health: 'ok', note: 'it has done its work' });
    const { body } = await close('job');
    expect(body.receipt.services).toMatchObject([
      { service: 'job', outcome: 'done', exit_code: 0, stopped_by: 'itself' },
    ]);
  });
});
