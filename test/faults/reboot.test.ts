import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../stack/wait.ts';
import {
  noPrivateEngine,
  startPrivateEngine,
  type PrivateEngine,
} from './harness/private-engine.ts';
import { endAndExpectRest, expectPromisesKept } from '../stack/promises.ts';
import { ended, insist, openTarget } from '../stack/calls.ts';
import { startFixture, type Fixture } from './harness/fixture.ts';

describe.skipIf(noPrivateEngine !== null)('a reboot, as the Engine sees it', () => {
  let fixture: Fixture;
  let engine: PrivateEngine;
  beforeAll(async () => {
    engine = await startPrivateEngine({ image: inject('tinyImage'), liveRestore: false });
    fixture = await startFixture({
      services: {
        web: {},
        always: { restart: 'always' },
        stubborn: { restart: 'unless-stopped' },
        kernel: { restart: 'always', 'x-vx11': { tier: 'core' } },
      },
      env: { VX11_DOCKER_SOCKET: engine.socket },
      engineSocket: engine.socket,
    });
  });
  afterAll(async () => {
    await fixture?.destroy();
    await engine?.destroy();
  });
  const reboot = async (): Promise<void> => {
    await engine.stop();
    engine.start();
    await engine.ready();
    await sleep(2000);
  };

  test('with VX11 dead, no service of a window restarts; madre then starts what is still leased', async () => {
    await fixture.docker('compose', '-f', fixture.composeFile, 'up', '-d', 'kernel');
    await openTarget(fixture, 'always', 3);
    await openTarget(fixture, 'stubborn', 120);
    await fixture.madre.kill();
    await reboot();
    expect(await fixture.running()).toEqual(['kernel']);
    fixture.madre.start();
    await fixture.ready();
    await until('what is leased runs again', async () =>
      (await fixture.running()).includes('stubborn'),
    );
    await expectPromisesKept(fixture, { tolerated: ['kernel'] });
    expect(await fixture.running()).toEqual(['kernel', 'stubborn']);
    await insist(fixture, '/vx11/window/close', { target: 'stubborn' });
  });

  test('with VX11 alive, a window continues after the Engine is back, and ends on time', async () => {
    const { body } = await openTarget(fixture, 'web', 20);
    await reboot();
    await until('it runs again', async () => (await fixture.running()).includes('web'));
    const view = await ended(fixture, body.window_id);
    expect(view.receipt).toMatchObject({ residue: [] });
    await fixture.docker('rm', '-f', `${fixture.project}-kernel-1`);
    await endAndExpectRest(fixture);
  });
});
