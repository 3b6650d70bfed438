import { readFile, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import type { WindowView } from '../../contracts/window.ts';
import { composeServices, removeProject, runningIn, startStack } from '../stack/stack.ts';
import type { StackOptions, TestStack } from '../stack/stack.ts';
import { ended, insist, openTarget } from '../stack/calls.ts';
import { lookInStore } from '../stack/promises.ts';
import { until } from '../stack/wait.ts';
import { stringify } from 'yaml';

describe('the project name changes under an open window', () => {
  let stack!: TestStack;
  let later: string;
  beforeEach(async () => {
    stack = await startStack({
      temporalAddress: inject('temporalAddress'),
      services: { web: {}, pair: { scale: 2 }, other: {} },
    });
    later = `${stack.project}-two`;
  });
  afterEach(async () => {
    if (stack === undefined) return; // it did not come up
    await stack.destroy(); // first, because an open window starts its service again
    await removeProject(later, stack.home, stack.docker);
  });

  /** The same file under another project name, and madre has read it. */
  async function rename(
    services: StackOptions['services'] = { web: {}, pair: { scale: 2 }, other: {} },
    name = later,
  ): Promise<void> {
    await writeFile(stack.composeFile, stringify({ name, services: composeServices(services) }));
    await until('madre has read the file', () =>
      lookInStore(stack, async (store) => {
        const catalog = await store.services.catalogOf(stack.project);
        return catalog?.project === name && catalog.error === null;
      }),
    );
  }
  const close = async (target: string): Promise<NonNullable<WindowView['receipt']>> =>
    (await insist(stack, '/vx11/window/close', { target })).body.receipt;
  const idOf = async (name: string): Promise<string> =>
    (await stack.docker('inspect', '-f', '{{.Id}}', name)).trim();
  const isRunning = async (id: string): Promise<boolean> =>
    (await stack.docker('inspect', '-f', '{{.State.Running}}', id)).trim() === 'true';
  /** Two rounds of the settle loop. */
  const rounds = () => new Promise((resolve) => setTimeout(resolve, 9000));

  test('a close ends the container that the window started, and the receipt names it', async () => {
    await openTarget(stack, 'web', 300);
    const id = await idOf(`${stack.project}-web-1`);
    await rename();
    await rounds();
    expect(await runningIn(stack.project, stack.docker)).toEqual(['web']);
    expect(await runningIn(later, stack.docker), 'none is started beside it').toEqual([]);
    const status = await stack.call('GET', '/vx11/status');
    expect(JSON.stringify(status.body)).toContain(`runs in project ${stack.project}`);
    const receipt = await close('web');
    expect(await isRunning(id)).toBe(false);
    expect(receipt).toMatchObject({
      residue: [],
      services: [
        {
          outcome: 'stopped',
          state: 'exited',
          container: `${stack.project}-web-1`,
          stopped_by: 'window',
          containers: [{ id, project: stack.project, state: 'exited', exit_code: 0 }],
        },
      ],
    });
    const again = await openTarget(stack, 'web', 60);
    expect(again.body.is_open).toBe(true);
    expect(await runningIn(later, stack.docker), 'the next opening uses the new project').toEqual([
      'web',
    ]);
    expect(await runningIn(stack.project, stack.docker)).toEqual([]);
  });

  test('a service that crashes comes back in its old project, and its deadline holds after a restart', async () => {
    const { body } = await openTarget(stack, 'web', 45);
    const id = await idOf(`${stack.project}-web-1`);
    await rename();
    await stack.madre.kill();
    stack.madre.start();
    await stack.ready();
    await stack.docker('kill', id);
    await until('it is back', () => isRunning(id));
    await until('what was stopped by hand is back', async () => {
      await stack.docker('stop', '-t', '1', id);
      await until('it is back', () => isRunning(id));
      return true;
    });
    const view = await ended(stack, body.window_id);
    expect(await isRunning(id)).toBe(false);
    expect(view.receipt).toMatchObject({ closed_by: 'deadline', residue: [] });
    expect(view.receipt!.services[0]).toMatchObject({ containers: [{ id, state: 'exited' }] });
    expect(view.receipt!.overrun_ms).toBeLessThan(5000);
    expect(await runningIn(later, stack.docker)).toEqual([]);
  });

  test('all containers of a scaled service go down, even if the file lost the service as well', async () => {
    await openTarget(stack, 'pair', 300);
    const ids = await Promise.all([1, 2].map((nth) => idOf(`${stack.project}-pair-${nth}`)));
    await rename({ web: {} });
    await rounds();
    expect(await runningIn(stack.project, stack.docker)).toEqual(['pair', 'pair']);
    await insist(stack, '/operator/power/policy/solo_madre/apply', undefined);
    expect(await runningIn(stack.project, stack.docker)).toEqual([]);
    const receipt = await lookInStore(stack, async (store) => {
      const { windows } = await store.windows.list({ limit: 10 });
      return windows[0]!.receipt!;
    });
    expect(receipt).toMatchObject({ residue: [], services: [{ outcome: 'stopped' }] });
    expect(receipt.services[0]!.containers!.map(({ id }) => id).sort()).toEqual(ids.sort());
  });

  test('a second window joins what is held, and the last one to end takes it down', async () => {
    await openTarget(stack, 'web', 300);
    const id = await idOf(`${stack.project}-web-1`);
    await rename();
    const { body } = await insist(stack, '/operator/power/window/open', {
      services: ['web'],
      ttl_sec: 300,
    });
    expect(await runningIn(later, stack.docker)).toEqual([]);
    const first = await close('web');
    expect(first.services[0]).toMatchObject({ outcome: 'kept', kept_for: [body.window_id] });
    expect(first.services[0]!.containers).toMatchObject([{ id, state: 'running' }]);
    expect(await isRunning(id)).toBe(true);
    const second = await insist(stack, '/vx11/window/close', { window_id: body.window_id });
    expect(second.body.receipt).toMatchObject({
      residue: [],
      services: [{ outcome: 'stopped', containers: [{ id, state: 'exited' }] }],
    });
    expect(await isRunning(id)).toBe(false);
  });

  test('an old stopped container of the new project does not count as proof that the service was down', async () => {
    await openTarget(stack, 'web', 300);
    const id = await idOf(`${stack.project}-web-1`);
    const label = (name: string, value: string) => [
      '--label',
      `com.docker.compose.${name}=${value}`,
    ];
    const labels = [label('project', later), label('service', 'web'), label('oneoff', 'False')];
    const name = `${later}-web-1`;
    await stack.docker('create', '--name', name, ...labels.flat(), 'vx11-tiny:local', 'true');
    await stack.docker('start', `${later}-web-1`);
    await rename();
    await rounds();
    const receipt = await close('web');
    expect(receipt).toMatchObject({
      residue: [],
      services: [{ outcome: 'stopped', containers: [{ id, state: 'exited' }] }],
    });
    expect(await isRunning(id)).toBe(false);
    expect(await readFile(stack.composeFile, 'utf8')).toContain(later);
  });
});
