import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { ended, insist, openTarget } from '../../stack/calls.ts';
import { lookInStore } from '../../stack/promises.ts';
import { runningIn } from '../../stack/stack.ts';
import { until } from '../../stack/wait.ts';
import { MovedProject, rounds } from './fixture.ts';

describe('the project name changes under an open window', () => {
  const moved = new MovedProject();

  test('a service that crashes comes back in its old project, and its deadline holds after a restart', async () => {
    const { body } = await openTarget(moved.stack, 'web', 45);
    const id = await moved.idOf(`${moved.stack.project}-web-1`);
    await moved.rename();
    await moved.stack.madre.kill();
    moved.stack.madre.start();
    await moved.stack.ready();
    await moved.stack.docker('kill', id);
    await until('it is back', () => moved.isRunning(id));
    await until('what was stopped by hand is back', async () => {
      await moved.stack.docker('stop', '-t', '1', id);
      await until('it is back', () => moved.isRunning(id));
      return true;
    });
    const view = await ended(moved.stack, body.window_id);
    expect(await moved.isRunning(id)).toBe(false);
    expect(view.receipt).toMatchObject({ closed_by: 'deadline', residue: [] });
    expect(view.receipt!.services[0]).toMatchObject({ containers: [{ id, state: 'exited' }] });
    expect(view.receipt!.overrun_ms).toBeLessThan(5000);
    expect(await runningIn(moved.later)).toEqual([]);
  });

  test('all containers of a scaled service go down, even if the file lost the service as well', async () => {
    await openTarget(moved.stack, 'pair', 300);
    const ids = await Promise.all(
      [1, 2].map((nth) => moved.idOf(`${moved.stack.project}-pair-${nth}`)),
    );
    await moved.rename({ web: {} });
    await rounds();
    expect(await runningIn(moved.stack.project)).toEqual(['pair', 'pair']);
    await insist(moved.stack, '/operator/power/policy/solo_madre/apply', undefined);
    expect(await runningIn(moved.stack.project)).toEqual([]);
    const receipt = await lookInStore(moved.stack, async (store) => {
      const { windows } = await store.windows.list({ limit: 10 });
      return windows[0]!.receipt!;
    });
    expect(receipt).toMatchObject({ residue: [], services: [{ outcome: 'stopped' }] });
    expect(receipt.services[0]!.containers!.map(({ id }) => id).sort()).toEqual(ids.sort());
  });

  test('a second window joins what is held, and the last one to end takes it down', async () => {
    await openTarget(moved.stack, 'web', 300);
    const id = await moved.idOf(`${moved.stack.project}-web-1`);
    await moved.rename();
    const { body } = await insist(moved.stack, '/operator/power/window/open', {
      services: ['web'],
      ttl_sec: 300,
    });
    expect(await runningIn(moved.later)).toEqual([]);
    const first = await moved.close('web');
    expect(first.services[0]).toMatchObject({ outcome: 'kept', kept_for: [body.window_id] });
    expect(first.services[0]!.containers).toMatchObject([{ id, state: 'running' }]);
    expect(await moved.isRunning(id)).toBe(true);
    const second = await insist(moved.stack, '/vx11/window/close', { window_id: body.window_id });
    expect(second.body.receipt).toMatchObject({
      residue: [],
      services: [{ outcome: 'stopped', containers: [{ id, state: 'exited' }] }],
    });
    expect(await moved.isRunning(id)).toBe(false);
  });

  test('an old stopped container of the new project does not count as proof that the service was down', async () => {
    await openTarget(moved.stack, 'web', 300);
    const id = await moved.idOf(`${moved.stack.project}-web-1`);
    const label = (name: string, value: string) => [
      '--label',
      `com.docker.compose.${name}=${value}`,
    ];
    const labels = [
      label('project', moved.later),
      label('service', 'web'),
      label('oneoff', 'False'),
    ];
    const name = `${moved.later}-web-1`;
    await moved.stack.docker('create', '--name', name, ...labels.flat(), 'vx11-tiny:local', 'true');
    await moved.stack.docker('start', `${moved.later}-web-1`);
    await moved.rename();
    await rounds();
    const receipt = await moved.close('web');
    expect(receipt).toMatchObject({
      residue: [],
      services: [{ outcome: 'stopped', containers: [{ id, state: 'exited' }] }],
    });
    expect(await moved.isRunning(id)).toBe(false);
    expect(await readFile(moved.stack.composeFile, 'utf8')).toContain(moved.later);
  });
});
