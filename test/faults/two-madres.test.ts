import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ended, openTarget } from '../stack/calls.ts';
import { figure } from '../stack/figure.ts';
import { testProgram, type TestProgram } from '../stack/program.ts';
import { comesToRest, keepsPromises } from '../stack/promises.ts';
import { freePort } from '../stack/temporal.ts';
import { until } from '../stack/wait.ts';
import { setStage, type Stage } from './harness/fixture.ts';

describe('two madres of one host', () => {
  let stage: Stage;
  let second: TestProgram;
  beforeAll(async () => {
    stage = await setStage({ services: { web: {}, other: {} } });
    const env = { ...stage.env, VX11_MADRE_PORT: String(await freePort()) };
    const log = join(stage.home, 'second.log');
    second = testProgram(process.execPath, ['workers/main.ts', 'madre'], env, log);
    second.start();
  });
  afterAll(async () => {
    await second?.stop();
    await stage?.destroy();
  });

  test('the second one says that it waits, changes nothing, and takes over when the first is killed', async () => {
    await until('the second one says so', () => second.log().includes('this one waits'));
    const pid = String(stage.madre.pid());
    expect(second.log()).toContain(`process ${pid} on`);
    const { body: view } = await openTarget(stage, 'web', 12);
    await until('status tells of it', async () => {
      const { body } = await stage.call('GET', '/operator/status');
      return body.components.project.reason?.includes('waits');
    });
    expect(second.log()).not.toContain('Temporal');
    await stage.madre.kill();
    const killed = Date.now();
    await until('it takes over', () => second.log().includes('this process has the host now'));
    figure('take-over of a host whose madre was killed', Date.now() - killed);
    await ended(stage, view.window_id);
    expect(await stage.running()).toEqual([]);
    await keepsPromises(stage);
  });

  test('one that is frozen for long keeps the host of its machine, and goes on when it does', async () => {
    stage.madre.start();
    await until('it waits', () => stage.madre.log().includes('this one waits'));
    const { body: view } = await openTarget(stage, 'other', 5);
    second.signal('SIGSTOP');
    await sleep(12_000);
    second.signal('SIGCONT');
    await ended(stage, view.window_id);
    expect(stage.madre.log()).not.toContain('this process has the host now');
    expect(second.running()).toBe(true);
    await comesToRest(stage);
  });
});
