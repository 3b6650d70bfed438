import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestProgram } from '../stack/program.ts';
import { until } from '../stack/wait.ts';
import { figure } from '../stack/figure.ts';
import { comesToRest, keepsPromises } from '../stack/promises.ts';
import { attempt, downAt, ended, openTarget } from '../stack/calls.ts';
import { setStage, type Stage } from './harness/fixture.ts';

/** SIGSTOP: a process that neither answers nor ends, as on a machine that swaps or a laptop that sleeps. */
describe('a process that freezes across a deadline', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await setStage({ services: { web: {}, other: {} }, env: { VX11_GUARD: 'on' } });
  });
  afterAll(() => stage?.destroy());

  /** Opens `web` for 4 s and freezes `program` over its deadline; tells the window and how late it was down. */
  const freeze = async (program: TestProgram, frozenMs: number) => {
    const { body } = await openTarget(stage, 'web', 4);
    await until('the guard runs', async () => {
      const label = `label=vx11.home=${stage.home}`;
      return (await stage.docker('ps', '-q', '--filter', label)).trim() !== '';
    });
    program.signal('SIGSTOP');
    try {
      await sleep(frozenMs);
    } finally {
      program.signal('SIGCONT');
    }
    const view = await ended(stage, body.window_id);
    return { view, late: downAt(view) - Date.parse(body.expires_at) };
  };

  test('madre freezes: the guard ends the window in time, and the receipt says so', async () => {
    const { view, late } = await freeze(stage.madre, 9000);
    figure('overrun with madre frozen, the guard', late);
    expect(late).toBeLessThan(2000);
    expect(view.receipt).toMatchObject({ residue: [], services: [{ stopped_by: 'guard' }] });
    await keepsPromises(stage);
  });

  test('Temporal freezes: the settle loop ends the window in time, and later windows open', async () => {
    const { view, late } = await freeze(stage.temporal, 12_000);
    figure('overrun with Temporal frozen', late);
    expect(late).toBeLessThan(5000);
    expect(view.receipt).toMatchObject({ residue: [], services: [{ stopped_by: 'settle_loop' }] });
    await openTarget(stage, 'other', 60);
    await keepsPromises(stage);
  });

  test('the gateway freezes: a call that it held is answered, and nothing is late', async () => {
    const { body } = await openTarget(stage, 'web', 4);
    stage.gateway.signal('SIGSTOP');
    const held = attempt(stage, '/vx11/window/open', { target: 'other', ttl_seconds: 3 });
    await sleep(6000);
    stage.gateway.signal('SIGCONT');
    expect((await held)?.body).toMatchObject({ target: 'other', is_open: true });
    const late = downAt(await ended(stage, body.window_id)) - Date.parse(body.expires_at);
    figure('overrun with the gateway frozen', late);
    expect(late).toBeLessThan(2000);
    await comesToRest(stage);
  });
});
