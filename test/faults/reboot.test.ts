import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../stack/wait.ts';
import {
  noPrivateEngine,
  startPrivateEngine,
  type PrivateEngine,
} from './harness/private-engine.ts';
import { comesToRest, keepsPromises } from '../stack/promises.ts';
import { ended, insist, openTarget } from '../stack/calls.ts';
import { setStage, type Stage } from './harness/fixture.ts';

describe.skipIf(noPrivateEngine !== null)('a reboot, as the Engine sees it', () => {
  let stage: Stage;
  let engine: PrivateEngine;
  beforeAll(async () => {
    engine = await startPrivateEngine({ image: inject('tinyImage'), liveRestore: false });
    stage = await setStage({
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
    await stage?.destroy();
    await engine?.destroy();
  });
  const reboot = async (): Promise<void> => {
    await engine.stop();
    engine.start();
    await engine.ready();
    await sleep(2000);
  };

  test('with VX11 dead, no service of a window comes back; madre then starts what is still leased', async () => {
    await stage.docker('compose', '-f', stage.composeFile, 'up', '-d', 'kernel');
    await openTarget(stage, 'always', 3);
    await openTarget(stage, 'stubborn', 120);
    await stage.madre.kill();
    await reboot();
    expect(await stage.running()).toEqual(['kernel']);
    stage.madre.start();
    await stage.ready();
    await until('what is leased runs again', async () =>
      (await stage.running()).includes('stubborn'),
    );
    await keepsPromises(stage, { tolerated: ['kernel'] });
    expect(await stage.running()).toEqual(['kernel', 'stubborn']);
    await insist(stage, '/vx11/window/close', { target: 'stubborn' });
  });

  test('with VX11 alive, a window runs on after the Engine is back, and ends on time', async () => {
    const { body } = await openTarget(stage, 'web', 20);
    await reboot();
    await until('it runs again', async () => (await stage.running()).includes('web'));
    const view = await ended(stage, body.window_id);
    expect(view.receipt).toMatchObject({ residue: [] });
    await stage.docker('rm', '-f', `${stage.project}-kernel-1`);
    await comesToRest(stage);
  });
});
