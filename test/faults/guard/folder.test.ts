import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Docker from 'dockerode';
import { afterEach, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { guardName } from '../../../activities/power/host/guard-container.ts';
import { figure } from '../../stack/figure.ts';
import { downAt, ended, insist, openTarget } from '../../stack/calls.ts';
import { endAndExpectRest, expectPromisesKept, lookInStore } from '../../stack/promises.ts';
import { composeServices, removeProject, runningIn } from '../../stack/stack.ts';
import { until } from '../../stack/wait.ts';
import { startEngineProxy, type EngineProxy } from '../harness/engine-proxy.ts';
import { startFixture, type Fixture } from '../harness/fixture.ts';

const image = process.env.VX11_IMAGE ?? 'vx11:local';
const hasImage = await new Docker()
  .getImage(image)
  .inspect()
  .then(
    () => true,
    () => false,
  );
if (!hasImage) console.log(`skipped: the guard runs from ${image}; npm run image makes it`);

describe.skipIf(!hasImage)('the guard recovers the access to its folder', () => {
  let fixture: Fixture;
  let proxy: EngineProxy | undefined;
  let later: string;
  const set = async (env: Record<string, string> = {}): Promise<void> => {
    fixture = await startFixture({
      services: { web: {}, other: {} },
      env: { VX11_GUARD: 'on', VX11_IMAGE: image, ...env },
    });
    later = `${fixture.project}-two`;
  };
  afterEach(async () => {
    await fixture.destroy(); // first, because an open window starts its service again
    await removeProject(later, fixture.home, fixture.docker);
    await proxy?.close();
    proxy = undefined;
  });

  const killAll = () =>
    Promise.all([fixture.madre.kill(), fixture.gateway.kill(), fixture.temporal.kill()]);
  const startAll = async (): Promise<void> => {
    fixture.temporal.start();
    await fixture.temporal.ready();
    fixture.madre.start();
    fixture.gateway.start();
    await fixture.ready();
  };
  const guardIs = (status: string) =>
    until(
      `the guard is ${status}`,
      async () => {
        const { body } = await fixture.call('GET', '/operator/status');
        return body.components?.guard?.status === status;
      },
      40_000,
    );
  const guardFolder = (): string => join(fixture.home, 'guard');
  const isOver = (project: string, limitMs: number) =>
    until('it is down', async () => (await runningIn(project)).length === 0, limitMs);

  test.each<[string, () => Promise<void>]>([
    ['is removed', async () => rm(guardFolder(), { recursive: true })],
    [
      'is removed while madre is dead',
      async () => {
        await fixture.madre.kill();
        await rm(guardFolder(), { recursive: true });
        fixture.madre.start();
        await fixture.ready();
      },
    ],
    [
      'is replaced by a file',
      async () => {
        await rm(guardFolder(), { recursive: true });
        await writeFile(guardFolder(), 'not a folder');
      },
    ],
  ])(
    'when its folder %s, the guard is recreated, and ends the service when all else is dead',
    async (_, harm) => {
      await set();
      const { body } = await openTarget(fixture, 'web', 55);
      await guardIs('ok');
      const before = await fixture.docker('inspect', '-f', '{{.Id}}', guardName(fixture.home));
      const began = Date.now();
      await harm();
      await until(
        'the guard was recreated',
        async () =>
          (await fixture
            .docker('inspect', '-f', '{{.Id}}', guardName(fixture.home))
            .catch(() => before)) !== before,
        30_000,
      );
      await guardIs('ok');
      await until('it reads the lease', () =>
        stat(join(guardFolder(), fixture.project, 'leases', 'web.json')).then(
          () => true,
          () => false,
        ),
      );
      await until('it reports its state', () =>
        stat(join(guardFolder(), 'guard.json')).then(
          () => true,
          () => false,
        ),
      );
      figure('the guard sees again after its folder was harmed', Date.now() - began);
      expect(Date.now() - began).toBeLessThan(30_000);
      await killAll();
      await isOver(fixture.project, 90_000);
      await startAll();
      const view = await ended(fixture, body.window_id);
      expect(view.receipt).toMatchObject({ closed_by: 'guard', residue: [] });
      expect(downAt(view) - Date.parse(body.expires_at)).toBeLessThan(5000);
      await endAndExpectRest(fixture);
    },
  );

  test('after a rename of the project, the guard ends the container of the window and no other', async () => {
    await set();
    const { body } = await openTarget(fixture, 'web', 25);
    await guardIs('ok');
    await writeFile(
      fixture.composeFile,
      stringify({ name: later, services: composeServices({ web: {}, other: {} }) }),
    );
    await until('madre has read the file', () =>
      lookInStore(
        fixture,
        async (store) => (await store.services.catalogOf(fixture.project))?.project === later,
      ),
    );
    const longer = await insist(fixture, '/vx11/window/extend', { target: 'web', seconds: 10 });
    await sleep(5000); // one round, which stores where the container is
    await killAll();
    await sleep(Math.max(0, Date.parse(body.expires_at) + 2500 - Date.now()));
    expect(await runningIn(fixture.project), 'it was extended').toEqual(['web']);
    await isOver(fixture.project, 30_000);
    await startAll();
    const view = await ended(fixture, body.window_id);
    expect(view.receipt).toMatchObject({ closed_by: 'guard', residue: [] });
    expect(view.receipt!.services[0]).toMatchObject({
      stopped_by: 'guard',
      containers: [{ name: `${fixture.project}-web-1`, state: 'exited', stopped_by: 'guard' }],
    });
    expect(downAt(view) - Date.parse(longer.body.expires_at)).toBeLessThan(5000);
    expect(await runningIn(later)).toEqual([]);
  });

  test('an Engine that never answers about the guard delays neither an opening nor a deadline', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'vx11-proxy-'));
    proxy = await startEngineProxy(join(folder, 'engine.sock'), '/var/run/docker.sock');
    await set({ VX11_DOCKER_SOCKET: proxy.socket });
    const name = guardName(fixture.home);
    await openTarget(fixture, 'web', 60);
    await insist(fixture, '/vx11/window/close', { target: 'web' });
    proxy.inject({ kind: 'hang', match: new RegExp(name) });
    await until('it is about to be removed', async () => proxy!.hits() > 0, 90_000);
    const began = Date.now();
    const { body } = await openTarget(fixture, 'web', 12);
    figure('an opening beside a guard whose removal hangs', Date.now() - began);
    expect(body.is_open).toBe(true);
    expect(Date.now() - began).toBeLessThan(10_000);
    const view = await ended(fixture, body.window_id);
    expect(view.receipt).toMatchObject({ residue: [] });
    expect(view.receipt!.overrun_ms).toBeLessThan(5000);
    const next = await openTarget(fixture, 'other', 60);
    expect(next.body.is_open).toBe(true);
    proxy.inject(null);
    await guardIs('ok');
    await expectPromisesKept(fixture);
    await endAndExpectRest(fixture);
  });
});
