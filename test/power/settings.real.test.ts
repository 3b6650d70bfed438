import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { startStack, type TestStack } from '../stack/stack.ts';
import { until } from '../stack/wait.ts';

describe('settings of the stack', () => {
  let stack: TestStack;
  beforeAll(async () => {
    stack = await startStack({
      temporalAddress: inject('temporalAddress'),
      'x-vx11': { budget: { memory: '128m' } },
      services: {
        lazy: { command: ['sleep', '600'], 'x-vx11': { idle: '6s' } },
        big: { mem_limit: '100m' },
        small: { mem_limit: '50m' },
        taken: { 'x-vx11': { stray: 'adopt', default_ttl: '30s' } },
      },
    });
  });
  afterAll(() => stack?.destroy());

  test('an idle service leaves its window before the deadline', async () => {
    const { body } = await stack.call('POST', '/vx11/window/open', {
      target: 'lazy',
      ttl_seconds: 600,
    });
    const window = await until('it is closed', async () => {
      const { body: view } = await stack.call('GET', `/vx11/windows/${body.window_id}`);
      return view.state === 'closed' && view;
    });
    expect(window.receipt).toMatchObject({ closed_by: 'idle', residue: [] });
    expect(Date.parse(window.closed_at)).toBeLessThan(Date.parse(window.expires_at));
    expect(await stack.running()).toEqual([]);
  });

  test('a window that does not fit is refused, with how much is missing', async () => {
    await stack.call('POST', '/vx11/window/open', { target: 'big', ttl_seconds: 60 });
    const { status, body } = await stack.call('POST', '/vx11/window/open', {
      target: 'small',
      ttl_seconds: 60,
    });
    expect(status).toBe(409);
    expect(body).toMatchObject({ error: 'no_room', detail: expect.stringContaining('50 MiB') });
    expect(await stack.running()).toEqual(['big']);
    await stack.call('POST', '/vx11/window/close', { target: 'big' });
  });

  test('a queued window opens when there is room', async () => {
    await stack.call('POST', '/vx11/window/open', { target: 'big', ttl_seconds: 60 });
    const waiting = await stack.call('POST', '/operator/power/window/open', {
      services: ['small'],
      ttl_sec: 60,
      when_full: 'queue',
    });
    expect(waiting.body).toMatchObject({ state: 'queued', services_started: [] });
    expect(waiting.body.waiting_for).toContain('MiB');
    await stack.call('POST', '/vx11/window/close', { target: 'big' });
    await until('it is open', async () => {
      const { body } = await stack.call('GET', `/vx11/windows/${waiting.body.window_id}`);
      return body.state === 'open';
    });
    expect(await stack.running()).toEqual(['small']);
    await stack.call('POST', '/operator/power/window/close', { window_id: waiting.body.window_id });
  });

  test('a service started by hand is adopted if the file says so', async () => {
    const { execFileSync } = await import('node:child_process');
    execFileSync('docker', ['compose', '-f', stack.composeFile, 'up', '-d', 'taken'], {
      stdio: 'pipe',
    });
    const window = await until('it has a window', async () => {
      const { body } = await stack.call('GET', '/vx11/window/status/taken');
      return body.is_open && body;
    });
    expect(window.ttl_remaining_seconds).toBeLessThanOrEqual(30);
    await stack.call('POST', '/vx11/window/close', { target: 'taken' });
    await until('it is down', async () => (await stack.running()).length === 0);
  });
});
