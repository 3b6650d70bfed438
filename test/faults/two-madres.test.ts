import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ended, openTarget } from '../stack/calls.ts';
import { figure } from '../stack/figure.ts';
import { testProgram, type TestProgram } from '../stack/program.ts';
import { endAndExpectRest, expectPromisesKept } from '../stack/promises.ts';
import { freePort } from '../stack/temporal.ts';
import { until } from '../stack/wait.ts';
import { startFixture, type Fixture } from './harness/fixture.ts';

describe('two madres of one host', () => {
  let fixture: Fixture;
  let second: TestProgram;
  beforeAll(async () => {
    fixture = await startFixture({ services: { web: {}, other: {} } });
    const env = { ...fixture.env, VX11_MADRE_PORT: String(await freePort()) };
    const log = join(fixture.home, 'second.log');
    second = testProgram(process.execPath, ['workers/main.ts', 'madre'], env, log);
    second.start();
  });
  afterAll(async () => {
    await second?.stop();
    await fixture?.destroy();
  });

  test('the second one reports that it waits, changes nothing, and takes over when the first is killed', async () => {
    await until('the second one reports it', () => second.log().includes('this one waits'));
    const pid = String(fixture.madre.pid());
    expect(second.log()).toContain(`process ${pid} on`);
    const { body: view } = await openTarget(fixture, 'web', 12);
    await until('the status reports it', async () => {
      const { body } = await fixture.call('GET', '/operator/status');
      return body.components.project.reason?.includes('waits');
    });
    expect(second.log()).not.toContain('Temporal');
    await fixture.madre.kill();
    const killed = Date.now();
    await until('it takes over', () => second.log().includes('this process has the host now'));
    figure('take-over of a host whose madre was killed', Date.now() - killed);
    await ended(fixture, view.window_id);
    expect(await fixture.running()).toEqual([]);
    await expectPromisesKept(fixture);
  });

  test('one that is frozen for long keeps its host, and continues afterwards', async () => {
    fixture.madre.start();
    await until('it waits', () => fixture.madre.log().includes('this one waits'));
    const { body: view } = await openTarget(fixture, 'other', 5);
    second.signal('SIGSTOP');
    await sleep(12_000);
    second.signal('SIGCONT');
    await ended(fixture, view.window_id);
    expect(fixture.madre.log()).not.toContain('this process has the host now');
    expect(second.running()).toBe(true);
    await endAndExpectRest(fixture);
  });
});
