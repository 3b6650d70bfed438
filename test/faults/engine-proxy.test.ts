import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../stack/wait.ts';
import { startEngineProxy, type EngineProxy, type Fault } from './harness/engine-proxy.ts';
import { figure } from '../stack/figure.ts';
import { comesToRest, keepsPromises } from '../stack/promises.ts';
import { ended, insist, openTarget } from '../stack/calls.ts';
import { setStage, type Stage } from './harness/fixture.ts';

describe('behind an Engine that fails', () => {
  let stage: Stage;
  let proxy: EngineProxy;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vx11-proxy-'));
    proxy = await startEngineProxy(join(folder, 'engine.sock'), '/var/run/docker.sock');
    stage = await setStage({
      services: { web: {}, other: {}, fresh: {}, again: {} },
      // what hangs about the guard may hold nothing else up
      env: { VX11_DOCKER_SOCKET: proxy.socket, VX11_GUARD: 'on' },
    });
    await openTarget(stage, 'web', 60);
    await insist(stage, '/vx11/window/close', { target: 'web' });
  });
  afterAll(async () => {
    await stage?.destroy();
    await proxy?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const started = (): number =>
    proxy.done(/^POST \/containers\/[^/]+\/start/).filter(({ status }) => status === 204).length;

  test.each<[string, Fault]>([
    ['the answer to a start is lost', { kind: 'lose', match: /\/start/, times: 1 }],
    ['a start is cut off', { kind: 'refuse', match: /\/start/, times: 1 }],
    ['lists are cut in the middle', { kind: 'cut', match: /containers\/json/, times: 2 }],
    ['inspects are refused', { kind: 'refuse', match: /GET .*\/json/, times: 3 }],
  ])('a window opens once where %s', async (_, fault) => {
    const before = started();
    proxy.inject(fault);
    const { body } = await openTarget(stage, 'web', 60);
    expect(body).toMatchObject({ is_open: true, services_started: ['web'] });
    expect(proxy.hits()).toBeGreaterThan(0);
    proxy.inject(null);
    expect(started() - before).toBe(1);
    await keepsPromises(stage);
    await insist(stage, '/vx11/window/close', { target: 'web' });
  });

  test.each<[string, Fault]>([
    ['the answer to a stop is lost', { kind: 'lose', match: /\/stop/, times: 1 }],
    ['stops are answered with 500', { kind: 'error', match: /\/stop/, times: 3 }],
    ['the answer to a stop is cut', { kind: 'cut', match: /\/stop/, times: 1 }],
    ['inspects are cut', { kind: 'cut', match: /\/containers\/\w+\/json/, times: 3 }],
    ['everything is refused for a while', { kind: 'refuse', times: 40 }],
  ])('a window closes with its receipt where %s', async (_, fault) => {
    await openTarget(stage, 'web', 60);
    proxy.inject(fault);
    const { body } = await insist(stage, '/vx11/window/close', { target: 'web' });
    expect(proxy.hits()).toBeGreaterThan(0);
    proxy.inject(null);
    expect(body.receipt).toMatchObject({ residue: [] });
    expect(await stage.running()).not.toContain('web');
    await keepsPromises(stage);
  });

  test.each<[string, string, Fault]>([
    ['fresh', 'is lost', { kind: 'lose', match: /POST \/containers\/create/, times: 1 }],
    ['again', 'is cut', { kind: 'cut', match: /POST \/containers\/create/, times: 1 }],
  ])('%s is created once where the answer to its creation %s', async (service, _, fault) => {
    proxy.inject(fault);
    await openTarget(stage, service, 60);
    expect(proxy.hits()).toBe(1);
    proxy.inject(null);
    const { body } = await openTarget(stage, service, 60);
    expect(body).toMatchObject({ is_open: true, services_started: [service] });
    await keepsPromises(stage);
    await insist(stage, '/vx11/window/close', { target: service });
  });

  test('a stop that is never answered holds up neither its window for long nor others at all', async () => {
    const { body: stuck } = await openTarget(stage, 'web', 2);
    const { body: next } = await openTarget(stage, 'other', 4);
    const webId = (
      await stage.docker('ps', '-q', '--no-trunc', '--filter', `name=${stage.project}-web`)
    ).trim();
    proxy.inject({ kind: 'hang', match: new RegExp(`${webId}/stop`), times: 2 });
    const other = await ended(stage, next.window_id);
    figure('overrun of a window beside one whose stop hangs', other.receipt!.overrun_ms ?? 0);
    expect(other.receipt!.overrun_ms).toBeLessThan(5000);
    const view = await ended(stage, stuck.window_id);
    proxy.inject(null);
    figure('overrun where two stops are never answered', view.receipt!.overrun_ms ?? 0);
    expect(view.receipt).toMatchObject({ residue: [] });
  });

  test('nothing is answered across a deadline: it ends within seconds of the first answer', async () => {
    const { body } = await openTarget(stage, 'web', 3);
    proxy.inject({ kind: 'hang' });
    await sleep(8000);
    const healed = Date.now();
    proxy.inject(null);
    const view = await ended(stage, body.window_id);
    const [service] = view.receipt!.services;
    const late = Date.parse(service!.stopped_at!) - healed;
    figure('down after an Engine that hung answers again', late);
    expect(late).toBeLessThan(15_000);
  });

  test('an opening waits out an Engine that refuses, and everything comes to rest', async () => {
    proxy.inject({ kind: 'refuse' });
    const asked = { target: 'other', ttl_seconds: 60, wait_seconds: 1 };
    const { status, body } = await insist(stage, '/vx11/window/open', asked);
    expect(status).toBe(202);
    await sleep(2000);
    proxy.inject(null);
    await until('it is open', async () => {
      const { body: view } = await stage.call('GET', `/vx11/windows/${body.window_id}`);
      return view.state === 'open';
    });
    await comesToRest(stage);
  });

  test('a removal of the idle guard that is never answered holds no opening up', async () => {
    proxy.inject({ kind: 'hang', match: /DELETE \/containers\/vx11-guard/ });
    await until('the idle guard is to be taken away', () => proxy.hits() > 0, 120_000);
    const asked = performance.now();
    const { body } = await openTarget(stage, 'other', 60);
    figure('an opening beside a removal of the guard that hangs', performance.now() - asked);
    expect(body).toMatchObject({ is_open: true });
    expect(performance.now() - asked).toBeLessThan(20_000);
    proxy.inject(null);
    await comesToRest(stage);
  });
});
