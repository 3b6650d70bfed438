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
import { endAndExpectRest, expectPromisesKept } from '../stack/promises.ts';
import { downAt, ended, insist, openTarget } from '../stack/calls.ts';
import { startFixture, troubles, type Fixture } from './harness/fixture.ts';

/** How long Temporal stays dead; `VX11_FAULT_OUTAGE_SECONDS=600` for a long outage. */
const outageMs = Number(process.env.VX11_FAULT_OUTAGE_SECONDS ?? 40) * 1000;

describe('a deadline that passes while a process is dead', () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await startFixture({
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
  afterAll(() => fixture?.destroy());

  test(
    'with Temporal dead, all stop in time, nothing reopens, and the receipts name the settle loop',
    async () => {
      const { body: slow } = await openTarget(fixture, 'slow', 6);
      const { body: web } = await openTarget(fixture, 'web', 8);
      const { body: other } = await openTarget(fixture, 'other', 9);
      const away = Date.now();
      await fixture.temporal.kill();
      await until('all are down', async () => (await fixture.running()).length === 0, 40_000).catch(
        (error: unknown) => {
          throw new Error(`they were not stopped:\n${troubles(fixture.madre.log())}`, {
            cause: error,
          });
        },
      );
      await sleep(Math.max(0, away + outageMs - Date.now()));
      const early = await fixture.call('POST', '/vx11/window/open', {
        target: 'web',
        ttl_seconds: 5,
      });
      expect(early.status).toBe(503);
      fixture.temporal.start();
      await fixture.temporal.ready();
      for (const { window_id, expires_at } of [web, other, slow]) {
        const view = await ended(fixture, window_id);
        expect(view.receipt).toMatchObject({ residue: [] });
        expect(view.receipt!.services[0]!.stopped_by).toBe('settle_loop');
        const late = downAt(view) - Date.parse(expires_at);
        figure(`overrun of ${view.target} with Temporal dead`, late);
        // slow ignores SIGTERM and has a grace period of 9 s
        expect(late).toBeLessThan(view.target === 'slow' ? 14_000 : 5000);
      }
      await expectPromisesKept(fixture);
      expect(await fixture.running()).toEqual([]);
    },
    120_000 + outageMs,
  );

  test('with madre dead, the service stops within seconds of its restart', async () => {
    const { body } = await openTarget(fixture, 'web', 2);
    await fixture.madre.kill();
    await sleep(4000);
    expect(await fixture.running()).toEqual(['web']);
    const back = Date.now();
    fixture.madre.start();
    const view = await ended(fixture, body.window_id);
    const late = downAt(view) - back;
    figure('down after the start of a madre that was dead at the deadline', late);
    expect(late).toBeLessThan(10_000);
    await expectPromisesKept(fixture);
  });

  test('a window that waits for room survives a kill of Temporal, and opens when there is room', async () => {
    await openTarget(fixture, 'big', 60);
    const waiting = await insist(fixture, '/operator/power/window/open', {
      services: ['large'],
      ttl_sec: 30,
      when_full: 'queue',
    });
    expect(waiting).toMatchObject({ status: 202, body: { state: 'queued' } });
    await fixture.temporal.kill();
    await sleep(4000);
    fixture.temporal.start();
    await fixture.temporal.ready();
    await insist(fixture, '/vx11/window/close', { target: 'big' });
    await until('it is open', async () => (await fixture.running()).includes('large'), 30_000);
    await endAndExpectRest(fixture);
  });

  test('an opening during which Temporal dies succeeds, or fails and leaves nothing behind', async () => {
    const asked = { target: 'web', ttl_seconds: 60 };
    const first = fixture.call('POST', '/vx11/window/open', asked).catch(() => null);
    await sleep(60);
    await fixture.temporal.kill();
    await first;
    fixture.temporal.start();
    await fixture.temporal.ready();
    const { body } = await openTarget(fixture, 'web', 60);
    expect(body).toMatchObject({ is_open: true });
    await endAndExpectRest(fixture);
  });
});

describe.skipIf(noPrivateEngine !== null)('a deadline that passes while dockerd is dead', () => {
  let fixture: Fixture;
  let engine: PrivateEngine;
  beforeAll(async () => {
    engine = await startPrivateEngine({ image: inject('tinyImage'), liveRestore: true });
    fixture = await startFixture({
      services: { web: {}, other: {} },
      env: { VX11_DOCKER_SOCKET: engine.socket },
      engineSocket: engine.socket,
    });
  });
  afterAll(async () => {
    await fixture?.destroy();
    await engine?.destroy();
  });

  test('the service stops within seconds of the first response, and live windows are untouched', async () => {
    const { body: ending } = await openTarget(fixture, 'web', 3);
    await openTarget(fixture, 'other', 120);
    const inspect = ['inspect', '--format', '{{.State.StartedAt}}', `${fixture.project}-other-1`];
    const before = await fixture.docker(...inspect);
    await engine.kill();
    await sleep(8000);
    engine.start();
    await engine.ready();
    const back = Date.now();
    const view = await ended(fixture, ending.window_id);
    const late = downAt(view) - back;
    figure('down after the first answer of a dockerd that was dead at the deadline', late);
    expect(late).toBeLessThan(5000);
    expect(await fixture.docker(...inspect)).toBe(before);
    await endAndExpectRest(fixture);
  });
});
