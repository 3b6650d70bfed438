import { setTimeout as sleep } from 'node:timers/promises';
import Docker from 'dockerode';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deaf } from '../stack/stack.ts';
import { until } from '../stack/wait.ts';
import { figures } from '../stack/figure.ts';
import { comesToRest, keepsPromises } from '../stack/promises.ts';
import { downAt, ended, openTarget } from '../stack/calls.ts';
import { setStage, type Stage } from './harness/fixture.ts';

const hasImage = await new Docker()
  .getImage('vx11:local')
  .inspect()
  .then(
    () => true,
    () => false,
  );
if (!hasImage) console.log('skipped: the guard runs from vx11:local; npm run image makes it');

describe.skipIf(!hasImage)('all of VX11 is killed at once', () => {
  let stage: Stage;
  const names = ['web', 'other', 'third', 'fourth', 'frozen'];
  beforeAll(async () => {
    stage = await setStage({
      services: {
        ...Object.fromEntries(names.map((name) => [name, {}])),
        deaf: { command: deaf },
        kept: {},
      },
      env: { VX11_GUARD: 'on' },
    });
  });
  afterAll(() => stage?.destroy());

  const killAll = () =>
    Promise.all([stage.madre.kill(), stage.gateway.kill(), stage.temporal.kill()]);
  const startAll = async (): Promise<void> => {
    stage.temporal.start();
    await stage.temporal.ready();
    stage.madre.start();
    stage.gateway.start();
    await stage.ready();
  };
  const guardRuns = () =>
    until('the guard runs', async () => {
      const label = `label=vx11.home=${stage.home}`;
      return (await stage.docker('ps', '-q', '--filter', label)).trim() !== '';
    });

  test('the guard ends every window in time, and the next start says so in the receipts', async () => {
    const asked = [...names, 'deaf'].map((name) => openTarget(stage, name, 10));
    const opened = (await Promise.all(asked)).map(({ body }) => body);
    await openTarget(stage, 'kept', 300);
    await guardRuns();
    await stage.docker('pause', `${stage.project}-frozen-1`);
    await killAll();
    expect(Date.now(), 'killed before any deadline').toBeLessThan(
      Math.min(...opened.map(({ expires_at }) => Date.parse(expires_at))),
    );
    await until(
      'the guard has ended what is due',
      async () => (await stage.running()).join() === 'kept',
      30_000,
    );
    await sleep(1000);
    await startAll();
    const late: number[] = [];
    for (const { window_id, expires_at, target } of opened) {
      const view = await ended(stage, window_id);
      expect(view.receipt).toMatchObject({ closed_by: 'guard', residue: [] });
      expect(view.receipt!.services[0]).toMatchObject({ stopped_by: 'guard' });
      late.push(downAt(view) - Date.parse(expires_at) - (target === 'deaf' ? 1000 : 0));
    }
    figures('overrun with all of VX11 dead, the guard', late);
    expect(Math.max(...late)).toBeLessThan(5000);
    expect(await stage.running()).toEqual(['kept']);
    await keepsPromises(stage);
    await comesToRest(stage);
  });

  test('an extension just before the end is what the guard goes by', async () => {
    const { body } = await openTarget(stage, 'web', 5);
    const longer = await stage.call('POST', '/vx11/window/extend', { target: 'web', seconds: 5 });
    expect(longer.status).toBe(200);
    await guardRuns();
    await killAll();
    await sleep(Math.max(0, Date.parse(body.expires_at) + 2500 - Date.now()));
    expect(await stage.running()).toEqual(['web']);
    await until('it is down', async () => (await stage.running()).length === 0, 20_000);
    await startAll();
    const view = await ended(stage, body.window_id);
    expect(view.receipt).toMatchObject({ closed_by: 'guard', residue: [] });
    figures('overrun of an extended window, the guard', [
      downAt(view) - Date.parse(longer.body.expires_at),
    ]);
    await comesToRest(stage);
  });

  test('a window on hold runs on through it all', async () => {
    const { body } = await stage.call('POST', '/operator/power/window/open', {
      services: ['kept'],
      mode: 'hold',
    });
    expect(body.state).toBe('open');
    await guardRuns();
    await killAll();
    await sleep(4000);
    expect(await stage.running()).toEqual(['kept']);
    await startAll();
    await keepsPromises(stage);
    await comesToRest(stage);
  });
});
