import { setTimeout as sleep } from 'node:timers/promises';
import Docker from 'dockerode';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deaf } from '../stack/stack.ts';
import { until } from '../stack/wait.ts';
import { figures } from '../stack/figure.ts';
import { endAndExpectRest, expectPromisesKept } from '../stack/promises.ts';
import { downAt, ended, openTarget } from '../stack/calls.ts';
import { startFixture, type Fixture } from './harness/fixture.ts';

const hasImage = await new Docker()
  .getImage('vx11:local')
  .inspect()
  .then(
    () => true,
    () => false,
  );
if (!hasImage) console.log('skipped: the guard runs from vx11:local; npm run image makes it');

describe.skipIf(!hasImage)('all of VX11 is killed at once', () => {
  let fixture: Fixture;
  const names = ['web', 'other', 'third', 'fourth', 'frozen'];
  beforeAll(async () => {
    fixture = await startFixture({
      services: {
        ...Object.fromEntries(names.map((name) => [name, {}])),
        deaf: { command: deaf },
        kept: {},
      },
      env: { VX11_GUARD: 'on' },
    });
  });
  afterAll(() => fixture?.destroy());

  const killAll = () =>
    Promise.all([fixture.madre.kill(), fixture.gateway.kill(), fixture.temporal.kill()]);
  const startAll = async (): Promise<void> => {
    fixture.temporal.start();
    await fixture.temporal.ready();
    fixture.madre.start();
    fixture.gateway.start();
    await fixture.ready();
  };
  const guardRuns = () =>
    until('the guard runs', async () => {
      const label = `label=vx11.home=${fixture.home}`;
      return (await fixture.docker('ps', '-q', '--filter', label)).trim() !== '';
    });

  test('the guard ends every window in time, and the next start says so in the receipts', async () => {
    const asked = [...names, 'deaf'].map((name) => openTarget(fixture, name, 10));
    const opened = (await Promise.all(asked)).map(({ body }) => body);
    await openTarget(fixture, 'kept', 300);
    await guardRuns();
    await fixture.docker('pause', `${fixture.project}-frozen-1`);
    await killAll();
    expect(Date.now(), 'killed before any deadline').toBeLessThan(
      Math.min(...opened.map(({ expires_at }) => Date.parse(expires_at))),
    );
    await until(
      'the guard has ended the due windows',
      async () => (await fixture.running()).join() === 'kept',
      30_000,
    );
    await sleep(1000);
    await startAll();
    const late: number[] = [];
    for (const { window_id, expires_at, target } of opened) {
      const view = await ended(fixture, window_id);
      expect(view.receipt).toMatchObject({ closed_by: 'guard', residue: [] });
      expect(view.receipt!.services[0]).toMatchObject({ stopped_by: 'guard' });
      late.push(downAt(view) - Date.parse(expires_at) - (target === 'deaf' ? 1000 : 0));
    }
    figures('overrun with all of VX11 dead, the guard', late);
    expect(Math.max(...late)).toBeLessThan(5000);
    expect(await fixture.running()).toEqual(['kept']);
    await expectPromisesKept(fixture);
    await endAndExpectRest(fixture);
  });

  test('the guard respects an extension just before the deadline', async () => {
    const { body } = await openTarget(fixture, 'web', 5);
    const longer = await fixture.call('POST', '/vx11/window/extend', { target: 'web', seconds: 5 });
    expect(longer.status).toBe(200);
    await guardRuns();
    await killAll();
    await sleep(Math.max(0, Date.parse(body.expires_at) + 2500 - Date.now()));
    expect(await fixture.running()).toEqual(['web']);
    await until('it is down', async () => (await fixture.running()).length === 0, 20_000);
    await startAll();
    const view = await ended(fixture, body.window_id);
    expect(view.receipt).toMatchObject({ closed_by: 'guard', residue: [] });
    figures('overrun of an extended window, the guard', [
      downAt(view) - Date.parse(longer.body.expires_at),
    ]);
    await endAndExpectRest(fixture);
  });

  test('a window on hold keeps running throughout', async () => {
    const { body } = await fixture.call('POST', '/operator/power/window/open', {
      services: ['kept'],
      mode: 'hold',
    });
    expect(body.state).toBe('open');
    await guardRuns();
    await killAll();
    await sleep(4000);
    expect(await fixture.running()).toEqual(['kept']);
    await startAll();
    await expectPromisesKept(fixture);
    await endAndExpectRest(fixture);
  });
});
