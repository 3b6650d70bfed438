import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { Receipt } from '../../contracts/window.ts';
import { startStack, type TestStack } from '../stack/stack.ts';
import { insist, openTarget } from '../stack/calls.ts';
import { endAndExpectRest } from '../stack/promises.ts';
import { until } from '../stack/wait.ts';

describe('a receipt tells the truth, whatever hands did inside the window', () => {
  let stack: TestStack;
  beforeAll(async () => {
    stack = await startStack({
      temporalAddress: inject('temporalAddress'),
      services: {
        web: {},
        job: { command: ['sh', '-c', 'exit 0'] },
        late: { command: ['sh', '-c', 'sleep 3; exit 3'] },
      },
    });
  });
  afterAll(() => stack?.destroy());

  const container = (name: string, nth = 1): string => `${stack.project}-${name}-${nth}`;
  const compose = (...args: string[]) =>
    stack.docker('compose', '-f', stack.composeFile, '--progress', 'quiet', ...args);
  const inspect = async (name: string, format: string): Promise<string> =>
    (await stack.docker('inspect', '-f', format, name)).trim();
  const close = async (target: string): Promise<Receipt> =>
    (await insist(stack, '/vx11/window/close', { target })).body.receipt;

  test('a container that was renamed', async () => {
    await openTarget(stack, 'web', 120);
    const id = await inspect(container('web'), '{{.Id}}');
    const name = `${stack.project}-renamed`;
    await stack.docker('rename', container('web'), name);
    const receipt = await close('web');
    expect(receipt).toMatchObject({
      residue: [],
      services: [
        { outcome: 'stopped', container: name, containers: [{ id, name, state: 'exited' }] },
      ],
    });
    expect(await inspect(id, '{{.State.Running}}')).toBe('false');
    await stack.docker('rm', name);
  });

  test('a container that docker compose up --force-recreate replaced', async () => {
    await openTarget(stack, 'web', 120);
    const before = await inspect(container('web'), '{{.Id}}');
    await compose('up', '-d', '--force-recreate', 'web');
    const after = await inspect(container('web'), '{{.Id}}');
    expect(after).not.toBe(before);
    await until('it runs', async () => (await stack.running()).includes('web'));
    const receipt = await close('web');
    expect(receipt).toMatchObject({ residue: [], services: [{ outcome: 'stopped' }] });
    const listed = new Map(receipt.services[0]!.containers!.map((one) => [one.id, one]));
    expect(listed.get(before)).toMatchObject({ state: 'absent', stopped_by: 'someone_else' });
    expect(listed.get(after)).toMatchObject({ state: 'exited', stopped_by: 'window' });
    expect(await stack.running()).toEqual([]);
  });

  test('containers added by docker compose up --scale are named too', async () => {
    await openTarget(stack, 'web', 120);
    await compose('up', '-d', '--no-recreate', '--scale', 'web=3', 'web');
    const ids = await Promise.all(
      [1, 2, 3].map((nth) => inspect(container('web', nth), '{{.Id}}')),
    );
    await sleep(6000); // a round sees them
    const receipt = await close('web');
    expect(receipt.services[0]!.containers!.map(({ id }) => id)).toEqual(
      expect.arrayContaining(ids),
    );
    expect(receipt.services[0]!.containers!.every(({ state }) => state === 'exited')).toBe(true);
    expect(await stack.running()).toEqual([]);
    await stack.docker('rm', container('web', 2), container('web', 3));
  });

  test('a container of docker compose run belongs to no window, and stays', async () => {
    await openTarget(stack, 'web', 120);
    const id = (await compose('run', '-d', 'web')).trim().split('\n').at(-1)!;
    const own = await inspect(container('web'), '{{.Id}}');
    const receipt = await close('web');
    expect(receipt.residue).toEqual([]);
    expect(receipt.services[0]!.containers!.map((one) => one.id)).toEqual([own]);
    expect(await inspect(id, '{{.State.Running}}')).toBe('true');
    await stack.docker('rm', '-f', id);
  });

  test('a container that docker update gave a restart policy has none after the close', async () => {
    await openTarget(stack, 'web', 120);
    await stack.docker('update', '--restart=always', container('web'));
    await stack.docker('pause', container('web'));
    const receipt = await close('web');
    expect(receipt).toMatchObject({ residue: [], services: [{ outcome: 'stopped' }] });
    expect(await inspect(container('web'), '{{.HostConfig.RestartPolicy.Name}}')).toBe('no');
    expect(await stack.running()).toEqual([]);
  });

  test.each([
    ['job', 0, { outcome: 'done', stopped_by: 'itself' }, 'done'],
    ['late', 3, { outcome: 'stopped', stopped_by: 'someone_else' }, 'exited'],
  ])(
    '%s ended by itself with %i, and its receipt has that end',
    async (name, exit_code, end, state) => {
      const { body } = await openTarget(stack, name, 120);
      await until('its end is known', async () => {
        const { body: status } = await stack.call('GET', '/vx11/status');
        const services = status.services as { name: string; state: string }[];
        return services.find((one) => one.name === name)?.state === state;
      });
      const times = await inspect(container(name), '{{.State.StartedAt}} {{.State.FinishedAt}}');
      // the Engine may write that a short run ended just before it started
      const finished = Math.max(...times.split(' ').map((time) => Date.parse(time)));
      const { body: closed } = await insist(stack, '/vx11/window/close', {
        window_id: body.window_id,
      });
      expect(closed.receipt.services).toMatchObject([{ service: name, exit_code, ...end }]);
      const [{ stopped_at }] = closed.receipt.services;
      expect(Math.abs(Date.parse(stopped_at) - finished)).toBeLessThan(2);
      await endAndExpectRest(stack);
    },
  );
});
