import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestProgram } from '../stack/program.ts';
import { until } from '../stack/wait.ts';
import { figure } from '../stack/figure.ts';
import { endAndExpectRest, expectPromisesKept } from '../stack/promises.ts';
import { attempt, downAt, ended, openTarget } from '../stack/calls.ts';
import { startFixture, type Fixture } from './harness/fixture.ts';

/** SIGSTOP: the process neither answers nor ends, as on a swapping machine or a sleeping laptop. */
describe('a process that freezes across a deadline', () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await startFixture({ services: { web: {}, other: {} }, env: { VX11_GUARD: 'on' } });
  });
  afterAll(() => fixture?.destroy());

  /** Opens `web` for 4 s and freezes `program` over its deadline. @returns the window, and how late it stopped in ms */
  const freeze = async (program: TestProgram, frozenMs: number) => {
    const { body } = await openTarget(fixture, 'web', 4);
    await until('the guard runs', async () => {
      const label = `label=vx11.home=${fixture.home}`;
      return (await fixture.docker('ps', '-q', '--filter', label)).trim() !== '';
    });
    program.signal('SIGSTOP');
    try {
      await sleep(frozenMs);
    } finally {
      program.signal('SIGCONT');
    }
    const view = await ended(fixture, body.window_id);
    return { view, late: downAt(view) - Date.parse(body.expires_at) };
  };

  test('with madre frozen, the guard ends the window in time, and the receipt names it', async () => {
    const { view, late } = await freeze(fixture.madre, 9000);
    figure('overrun with madre frozen, the guard', late);
    expect(late).toBeLessThan(2000);
    expect(view.receipt).toMatchObject({ residue: [], services: [{ stopped_by: 'guard' }] });
    await expectPromisesKept(fixture);
  });

  test('with Temporal frozen, the settle loop ends the window in time, and later windows open', async () => {
    const { view, late } = await freeze(fixture.temporal, 12_000);
    figure('overrun with Temporal frozen', late);
    expect(late).toBeLessThan(5000);
    expect(view.receipt).toMatchObject({ residue: [], services: [{ stopped_by: 'settle_loop' }] });
    await openTarget(fixture, 'other', 60);
    await expectPromisesKept(fixture);
  });

  test('after the gateway freezes, its pending call is answered, and nothing is late', async () => {
    const { body } = await openTarget(fixture, 'web', 4);
    fixture.gateway.signal('SIGSTOP');
    const held = attempt(fixture, '/vx11/window/open', { target: 'other', ttl_seconds: 3 });
    await sleep(6000);
    fixture.gateway.signal('SIGCONT');
    expect((await held)?.body).toMatchObject({ target: 'other', is_open: true });
    const late = downAt(await ended(fixture, body.window_id)) - Date.parse(body.expires_at);
    figure('overrun with the gateway frozen', late);
    expect(late).toBeLessThan(2000);
    await endAndExpectRest(fixture);
  });
});
