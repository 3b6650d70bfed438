import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { deaf } from '../stack/stack.ts';
import { until } from '../stack/wait.ts';
import { figure } from '../stack/figure.ts';
import {
  noPrivateEngine,
  startPrivateEngine,
  type PrivateEngine,
} from './harness/private-engine.ts';
import { comesToRest, keepsPromises } from '../stack/promises.ts';
import { downAt, ended, insist, openTarget } from '../stack/calls.ts';
import { setStage, troubles, type Stage } from './harness/fixture.ts';

/** `VX11_FAULT_OUTAGE_SECONDS=600` for the long one. */
const outageMs = Number(process.env.VX11_FAULT_OUTAGE_SECONDS ?? 40) * 1000;

describe('a deadline that passes while something is dead', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await setStage({
      services: {
        web: {},
        other: {},
        slow: { command: deaf, stop_grace_period: '9s' },
        big: { mem_limit: '64m' },
        large: { mem_limit: '64m' },
      },
      'x-vx11': { budget: { memory: '100m' } },
    });
  });
  afterAll(() => stage?.destroy());

  test(
    'Temporal is dead: all are down in time, nothing reopens, and the receipts say who',
    async () => {
      const { body: slow } = await openTarget(stage, 'slow', 6);
      const { body: web } = await openTarget(stage, 'web', 8);
      const { body: other } = await openTarget(stage, 'other', 9);
      const away = Date.now();
      await stage.temporal.kill();
      await until('all are down', async () => (await stage.running()).length === 0, 40_000).catch(
        (error: unknown) => {
          throw new Error(`nobody ended them:\n${troubles(stage.madre.log())}`, { cause: error });
        },
      );
      await sleep(Math.max(0, away + outageMs - Date.now()));
      const early = await stage.call('POST', '/vx11/window/open', {
        target: 'web',
        ttl_seconds: 5,
      });
      expect(early.status).toBe(503);
      stage.temporal.start();
      await stage.temporal.ready();
      for (const { window_id, expires_at } of [web, other, slow]) {
        const view = await ended(stage, window_id);
        expect(view.receipt).toMatchObject({ residue: [] });
        expect(view.receipt!.services[0]!.stopped_by).toBe('settle_loop');
        const late = downAt(view) - Date.parse(expires_at);
        figure(`overrun of ${view.target} with Temporal dead`, late);
        // the deaf one has its own 9 s
        expect(late).toBeLessThan(view.target === 'slow' ? 14_000 : 5000);
      }
      await keepsPromises(stage);
      expect(await stage.running()).toEqual([]);
    },
    120_000 + outageMs,
  );

  test('madre is dead: down within seconds of its return', async () => {
    const { body } = await openTarget(stage, 'web', 2);
    await stage.madre.kill();
    await sleep(4000);
    expect(await stage.running()).toEqual(['web']);
    const back = Date.now();
    stage.madre.start();
    const view = await ended(stage, body.window_id);
    const late = downAt(view) - back;
    figure('down after the start of a madre that was dead at the deadline', late);
    expect(late).toBeLessThan(10_000);
    await keepsPromises(stage);
  });

  test('a window that waits for room outlives a Temporal that dies, and opens when there is some', async () => {
    await openTarget(stage, 'big', 60);
    const waiting = await insist(stage, '/operator/power/window/open', {
      services: ['large'],
      ttl_sec: 30,
      when_full: 'queue',
    });
    expect(waiting).toMatchObject({ status: 202, body: { state: 'queued' } });
    await stage.temporal.kill();
    await sleep(4000);
    stage.temporal.start();
    await stage.temporal.ready();
    await insist(stage, '/vx11/window/close', { target: 'big' });
    await until('it is open', async () => (await stage.running()).includes('large'), 30_000);
    await comesToRest(stage);
  });

  test('an opening that Temporal dies under comes up, or fails and leaves nothing', async () => {
    const asked = { target: 'web', ttl_seconds: 60 };
    const first = stage.call('POST', '/vx11/window/open', asked).catch(() => null);
    await sleep(60);
    await stage.temporal.kill();
    await first;
    stage.temporal.start();
    await stage.temporal.ready();
    const { body } = await openTarget(stage, 'web', 60);
    expect(body).toMatchObject({ is_open: true });
    await comesToRest(stage);
  });
});

describe.skipIf(noPrivateEngine !== null)('a deadline that passes while dockerd is dead', () => {
  let stage: Stage;
  let engine: PrivateEngine;
  beforeAll(async () => {
    engine = await startPrivateEngine({ image: inject('tinyImage'), liveRestore: true });
    stage = await setStage({
      services: { web: {}, other: {} },
      env: { VX11_DOCKER_SOCKET: engine.socket },
      engineSocket: engine.socket,
    });
  });
  afterAll(async () => {
    await stage?.destroy();
    await engine?.destroy();
  });

  test('it is down within seconds of the first answer, and live windows are untouched', async () => {
    const { body: ending } = await openTarget(stage, 'web', 3);
    await openTarget(stage, 'other', 120);
    const inspect = ['inspect', '--format', '{{.State.StartedAt}}', `${stage.project}-other-1`];
    const before = await stage.docker(...inspect);
    await engine.kill();
    await sleep(8000);
    engine.start();
    await engine.ready();
    const back = Date.now();
    const view = await ended(stage, ending.window_id);
    const late = downAt(view) - back;
    figure('down after the first answer of a dockerd that was dead at the deadline', late);
    expect(late).toBeLessThan(5000);
    expect(await stage.docker(...inspect)).toBe(before);
    await comesToRest(stage);
  });
});
