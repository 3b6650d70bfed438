import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../stack/wait.ts';
import { startEngineProxy, type EngineProxy, type Fault } from './harness/engine-proxy.ts';
import { figure } from '../stack/figure.ts';
import { endAndExpectRest, expectPromisesKept } from '../stack/promises.ts';
import { ended, insist, openTarget } from '../stack/calls.ts';
import { startFixture, type Fixture } from './harness/fixture.ts';

describe('behind an Engine that fails', () => {
  let fixture: Fixture;
  let proxy: EngineProxy;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vx11-proxy-'));
    proxy = await startEngineProxy(join(folder, 'engine.sock'), '/var/run/docker.sock');
    fixture = await startFixture({
      services: { web: {}, other: {}, fresh: {}, again: {} },
      // calls about the guard that hang must delay nothing else
      env: { VX11_DOCKER_SOCKET: proxy.socket, VX11_GUARD: 'on' },
    });
    await openTarget(fixture, 'web', 60);
    await insist(fixture, '/vx11/window/close', { target: 'web' });
  });
  afterAll(async () => {
    await fixture?.destroy();
    await proxy?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const started = (): number =>
    proxy.done(/^POST \/containers\/[^/]+\/start/).filter(({ status }) => status === 204).length;

  test.each<[string, Fault]>([
    ['the response to a start is lost', { kind: 'lose', match: /\/start/, times: 1 }],
    ['a start is refused', { kind: 'refuse', match: /\/start/, times: 1 }],
    ['lists are cut off in the middle', { kind: 'cut', match: /containers\/json/, times: 2 }],
    ['inspects are refused', { kind: 'refuse', match: /GET .*\/json/, times: 3 }],
  ])('a window opens once although %s', async (_, fault) => {
    const before = started();
    proxy.inject(fault);
    const { body } = await openTarget(fixture, 'web', 60);
    expect(body).toMatchObject({ is_open: true, services_started: ['web'] });
    expect(proxy.hits()).toBeGreaterThan(0);
    proxy.inject(null);
    expect(started() - before).toBe(1);
    await expectPromisesKept(fixture);
    await insist(fixture, '/vx11/window/close', { target: 'web' });
  });

  test.each<[string, Fault]>([
    ['the response to a stop is lost', { kind: 'lose', match: /\/stop/, times: 1 }],
    ['stops fail with 500', { kind: 'error', match: /\/stop/, times: 3 }],
    ['the response to a stop is cut off', { kind: 'cut', match: /\/stop/, times: 1 }],
    ['inspects are cut off', { kind: 'cut', match: /\/containers\/\w+\/json/, times: 3 }],
    ['everything is refused for a while', { kind: 'refuse', times: 40 }],
  ])('a window closes with its receipt although %s', async (_, fault) => {
    await openTarget(fixture, 'web', 60);
    proxy.inject(fault);
    const { body } = await insist(fixture, '/vx11/window/close', { target: 'web' });
    expect(proxy.hits()).toBeGreaterThan(0);
    proxy.inject(null);
    expect(body.receipt).toMatchObject({ residue: [] });
    expect(await fixture.running()).not.toContain('web');
    await expectPromisesKept(fixture);
  });

  test.each<[string, string, Fault]>([
    ['fresh', 'is lost', { kind: 'lose', match: /POST \/containers\/create/, times: 1 }],
    ['again', 'is cut off', { kind: 'cut', match: /POST \/containers\/create/, times: 1 }],
  ])('%s is created once although the response to its creation %s', async (service, _, fault) => {
    proxy.inject(fault);
    await openTarget(fixture, service, 60);
    expect(proxy.hits()).toBe(1);
    proxy.inject(null);
    const { body } = await openTarget(fixture, service, 60);
    expect(body).toMatchObject({ is_open: true, services_started: [service] });
    await expectPromisesKept(fixture);
    await insist(fixture, '/vx11/window/close', { target: service });
  });

  test('a stop that is never answered delays its own window briefly and no other window', async () => {
    const { body: stuck } = await openTarget(fixture, 'web', 2);
    const { body: next } = await openTarget(fixture, 'other', 4);
    const webId = (
      await fixture.docker('ps', '-q', '--no-trunc', '--filter', `name=${fixture.project}-web`)
    ).trim();
    proxy.inject({ kind: 'hang', match: new RegExp(`${webId}/stop`), times: 2 });
    const other = await ended(fixture, next.window_id);
    figure('overrun of a window beside one whose stop hangs', other.receipt!.overrun_ms ?? 0);
    expect(other.receipt!.overrun_ms).toBeLessThan(5000);
    const view = await ended(fixture, stuck.window_id);
    proxy.inject(null);
    figure('overrun where two stops are never answered', view.receipt!.overrun_ms ?? 0);
    expect(view.receipt).toMatchObject({ residue: [] });
  });

  test('a window whose deadline passes without any response ends within seconds of the first one', async () => {
    const { body } = await openTarget(fixture, 'web', 3);
    proxy.inject({ kind: 'hang' });
    await sleep(8000);
    const healed = Date.now();
    proxy.inject(null);
    const view = await ended(fixture, body.window_id);
    const [service] = view.receipt!.services;
    const late = Date.parse(service!.stopped_at!) - healed;
    figure('down after an Engine that hung answers again', late);
    expect(late).toBeLessThan(15_000);
  });

  test('an opening waits while the Engine refuses, and then succeeds', async () => {
    proxy.inject({ kind: 'refuse' });
    const asked = { target: 'other', ttl_seconds: 60, wait_seconds: 1 };
    const { status, body } = await insist(fixture, '/vx11/window/open', asked);
    expect(status).toBe(202);
    await sleep(2000);
    proxy.inject(null);
    await until('it is open', async () => {
      const { body: view } = await fixture.call('GET', `/vx11/windows/${body.window_id}`);
      return view.state === 'open';
    });
    await endAndExpectRest(fixture);
  });

  test('a removal of the idle guard that is never answered delays no opening', async () => {
    proxy.inject({ kind: 'hang', match: /DELETE \/containers\/vx11-guard/ });
    await until('the idle guard is about to be removed', () => proxy.hits() > 0, 120_000);
    const asked = performance.now();
    const { body } = await openTarget(fixture, 'other', 60);
    figure('an opening beside a removal of the guard that hangs', performance.now() - asked);
    expect(body).toMatchObject({ is_open: true });
    expect(performance.now() - asked).toBeLessThan(20_000);
    proxy.inject(null);
    await endAndExpectRest(fixture);
  });
});
