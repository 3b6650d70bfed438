import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { deaf, startStack, type TestStack } from '../stack/stack.ts';
import { until } from '../stack/wait.ts';

const healthy = {
  healthcheck: { test: ['CMD', 'true'], interval: '1s', timeout: '1s', retries: 3 },
};

describe('windows over a real stack', () => {
  let stack: TestStack;
  beforeAll(async () => {
    stack = await startStack({
      temporalAddress: inject('temporalAddress'),
      services: {
        web: {},
        other: {},
        db: healthy,
        app: { depends_on: { db: { condition: 'service_healthy' } } },
        deaf: { command: deaf },
        sick: {
          healthcheck: { test: ['CMD', 'false'], interval: '1s', timeout: '1s', retries: 1 },
        },
        ghost: { image: 'vx11-no-such-image:1' },
        needy: { depends_on: { ghost: { condition: 'service_started' } } },
        short: { 'x-vx11': { max_ttl: '20s' } },
        kernel: { 'x-vx11': { tier: 'core' } },
        always: { restart: 'always' },
      },
    });
  });
  afterAll(() => stack?.destroy());

  const open = (target: string, ttl_seconds: number) =>
    stack.call('POST', '/vx11/window/open', { target, ttl_seconds });
  const close = (target: string) => stack.call('POST', '/vx11/window/close', { target });

  test('a window opens, ends at its deadline, and its receipt proves it', async () => {
    const { status, body } = await open('web', 2);
    expect(status).toBe(200);
    expect(body).toMatchObject({ is_open: true, state: 'open', services_started: ['web'] });
    expect(await stack.running()).toContain('web');
    const window = await until('the window is closed', async () => {
      const { body: view } = await stack.call('GET', `/vx11/windows/${body.window_id}`);
      return view.state === 'closed' && view;
    });
    expect(await stack.running()).not.toContain('web');
    expect(window.receipt).toMatchObject({ closed_by: 'deadline', residue: [] });
    expect(window.receipt.services).toMatchObject([
      { service: 'web', state: 'exited', outcome: 'stopped', exit_code: 0, forced: false },
    ]);
    expect(Date.parse(window.receipt.services[0].stopped_at)).toBeGreaterThanOrEqual(
      Date.parse(window.expires_at),
    );
  });

  test('a service starts after what it depends on, and both go down with its window', async () => {
    const { body } = await open('app', 60);
    expect(body.services_started).toEqual(['db', 'app']);
    expect(await stack.running()).toEqual(expect.arrayContaining(['app', 'db']));
    const closed = await close('app');
    expect(closed.body).toMatchObject({ closed: true, was_open: true });
    const stopped = new Map<string, string>(
      closed.body.receipt.services.map((one: { service: string; stopped_at: string }) => [
        one.service,
        one.stopped_at,
      ]),
    );
    expect(Date.parse(stopped.get('db')!)).toBeGreaterThanOrEqual(Date.parse(stopped.get('app')!));
    expect(await stack.running()).toEqual([]);
  });

  test('many callers at the same moment get one window', async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, () => open('other', 30)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(new Set(answers.map(({ body }) => body.window_id)).size).toBe(1);
    await close('other');
  });

  test('a service stays up until the last window that holds it ends', async () => {
    const operator = await stack.call('POST', '/operator/power/window/open', {
      services: ['web', 'other'],
      ttl_sec: 60,
    });
    expect(operator.body.state).toBe('open');
    await open('web', 60);
    const first = await stack.call('POST', '/operator/power/window/close', {
      window_id: operator.body.window_id,
    });
    const kept = first.body.receipt.services.find(
      (one: { service: string }) => one.service === 'web',
    );
    expect(kept).toMatchObject({ outcome: 'kept', state: 'running' });
    expect(first.body.receipt.residue).toEqual([]);
    expect(await stack.running()).toEqual(['web']);
    await close('web');
    expect(await stack.running()).toEqual([]);
  });

  test('a service that ignores SIGTERM is killed after its grace period, and the receipt says so', async () => {
    await open('deaf', 60);
    const { body } = await close('deaf');
    expect(body.receipt.services).toMatchObject([
      { service: 'deaf', outcome: 'killed', forced: true, exit_code: 137 },
    ]);
  });

  test('a service that did not start is named, and the others are up', async () => {
    const { body } = await stack.call('POST', '/operator/power/window/open', {
      services: ['web', 'sick', 'needy'],
      ttl_sec: 60,
    });
    expect(body.state).toBe('open');
    expect(body.services_started).toEqual(['web']);
    const why = new Map<string, string>(
      body.services_failed.map((one: { service: string; error: string }) => [
        one.service,
        one.error,
      ]),
    );
    expect(why.get('sick')).toBe('unhealthy');
    expect(why.get('ghost')).toBe('image_missing');
    expect(why.get('needy')).toBe('dependency_failed');
    expect(await stack.running()).toEqual(['web']);
    await stack.call('POST', '/operator/power/window/close', { window_id: body.window_id });
  });

  test('a window of which nothing starts fails and leaves nothing running', async () => {
    const { status, body } = await open('ghost', 60);
    expect(status).toBe(200);
    expect(body).toMatchObject({ is_open: false, state: 'failed', services_started: [] });
    expect(body.services_failed[0]).toMatchObject({ service: 'ghost', error: 'image_missing' });
    expect(await stack.running()).toEqual([]);
  });

  test('opening again renews; an extension is clamped to max_ttl and says so', async () => {
    const first = await open('short', 5);
    const again = await open('short', 10);
    expect(again.body.window_id).toBe(first.body.window_id);
    expect(Date.parse(again.body.expires_at)).toBeGreaterThan(Date.parse(first.body.expires_at));
    const extended = await stack.call('POST', '/vx11/window/extend', {
      target: 'short',
      seconds: 600,
    });
    expect(extended.body).toMatchObject({ clamped: true });
    expect(extended.body.expires_at).toBe(extended.body.max_expires_at);
    const latest = Date.parse(first.body.opened_at) + 20_000;
    expect(Date.parse(extended.body.expires_at)).toBe(latest);
    await close('short');
    const late = await stack.call('POST', '/vx11/window/extend', {
      window_id: first.body.window_id,
      seconds: 5,
    });
    expect(late.status).toBe(409);
    expect(late.body.error).toBe('window_ended');
  });

  test('reading never moves a deadline', async () => {
    const { body } = await open('web', 30);
    for (let n = 0; n < 20; n += 1) await stack.call('GET', '/vx11/window/status/web');
    const { body: status } = await stack.call('GET', '/vx11/window/status/web');
    expect(status.expires_at).toBe(body.expires_at);
    await close('web');
  });

  test('closing a window while it opens cancels the opening and leaves nothing running', async () => {
    const opening = open('app', 60);
    await until('it is opening', async () => {
      const { body } = await stack.call('GET', '/vx11/window/status/app');
      return body.state === 'opening';
    });
    const { body } = await close('app');
    expect(body.closed).toBe(true);
    await opening;
    await until('nothing runs', async () => (await stack.running()).length === 0);
  });

  test('a core service cannot be a target and cannot be stopped', async () => {
    expect((await open('kernel', 10)).status).toBe(422);
    const stop = await stack.call('POST', '/operator/power/service/kernel/stop');
    expect(stop.status).toBe(403);
    expect(stop.body.error).toBe('core_service');
  });

  test("a window's container has no restart policy, so a reboot brings nothing back", async () => {
    await open('always', 60);
    const { execFileSync } = await import('node:child_process');
    const policy = execFileSync('docker', [
      'inspect',
      '--format',
      '{{.HostConfig.RestartPolicy.Name}}',
      `${stack.project}-always-1`,
    ]);
    expect(String(policy).trim()).toBe('no');
    await close('always');
  });

  test('Compose recognizes the containers as its own', async () => {
    await open('web', 60);
    const { execFileSync } = await import('node:child_process');
    const before = execFileSync('docker', [
      'inspect',
      '--format',
      '{{.Id}}',
      `${stack.project}-web-1`,
    ]);
    execFileSync('docker', ['compose', '-f', stack.composeFile, 'up', '-d', 'web'], {
      stdio: 'pipe',
    });
    const after = execFileSync('docker', [
      'inspect',
      '--format',
      '{{.Id}}',
      `${stack.project}-web-1`,
    ]);
    expect(String(after)).toBe(String(before));
    await close('web');
  });

  test('solo madre ends every window and every stray, and can be repeated', async () => {
    await open('web', 60);
    await open('other', 60);
    const first = await stack.call('POST', '/operator/power/policy/solo_madre/apply');
    expect(first.body).toMatchObject({ status: 'ok' });
    expect(first.body.windows_closed).toHaveLength(2);
    expect(await stack.running()).toEqual([]);
    const second = await stack.call('POST', '/operator/power/policy/solo_madre/apply');
    expect(second.body).toMatchObject({ status: 'ok', windows_closed: [] });
  });

  test('the event log has every step of a window in order, and its chain is whole', async () => {
    const { body } = await open('web', 30);
    await close('web');
    await sleep(50);
    const { openStore } = await import('../../store/index.ts');
    const store = await openStore(stack.env.VX11_STORE_URL!);
    const events = (await store.events.after(0, 10_000)).filter(
      (event) => event.window_id === body.window_id,
    );
    expect(events.map(({ type }) => type)).toEqual([
      'window.requested',
      'window.opening',
      'service.started',
      'window.open',
      'window.closing',
      'service.stopped',
      'window.closed',
    ]);
    expect(new Set(events.map((event) => event.correlation_id))).not.toContain(null);
    expect(await store.audit.verify('events')).toMatchObject({ ok: true });
    await store.close();
  });
});
