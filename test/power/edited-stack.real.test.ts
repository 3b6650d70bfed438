import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import type { Receipt } from '../../contracts/window.ts';
import { ended, insist, openTarget } from '../stack/calls.ts';
import { startStack, type StackOptions, type TestStack } from '../stack/stack.ts';
import { endAndExpectRest, lookInStore } from '../stack/promises.ts';
import { until } from '../stack/wait.ts';

const services: StackOptions['services'] = {
  db: {},
  one: { depends_on: ['db'] },
  two: { depends_on: { db: { condition: 'service_started' } } },
  web: { networks: ['net'] },
};

/**
 * Compose fails where VX11 starts again, between two of its calls, what it is taking down. Whatever it says, the services come
 * back.
 */
function metItsContainersAgain(error: Error): void {
  if (!/in progress|in use|active endpoints|no such|not found|is running/i.test(error.message))
    throw error;
}

describe('a stack that changes, or is handled with docker compose, while windows are open', () => {
  let stack: TestStack;
  beforeAll(async () => {
    stack = await startStack({
      temporalAddress: inject('temporalAddress'),
      services,
      top: { networks: { net: {} } },
    });
  });
  afterEach(async () => {
    await endAndExpectRest(stack);
    await stack.writeCompose(services);
  });
  afterAll(async () => {
    await stack?.docker('image', 'rm', '-f', other()).catch(() => undefined);
    await stack?.destroy();
  });

  const other = (): string => `${stack.project}-other:local`;
  const container = (name: string): string => `${stack.project}-${name}-1`;
  const compose = (...args: string[]) =>
    stack.docker('compose', '-f', stack.composeFile, '--progress', 'quiet', ...args);
  const inspect = async (name: string, format = '{{.Id}}'): Promise<string> =>
    (await stack.docker('inspect', '-f', format, container(name))).trim();
  const close = async (target: string): Promise<Receipt> =>
    (await insist(stack, '/vx11/window/close', { target })).body.receipt;
  /** How many events say that a service is outdated. */
  const timesOutdated = (name: string): Promise<number> =>
    lookInStore(stack, async (store) => {
      const events = await store.events.after(0, 1_000_000);
      return events.filter(({ type, service }) => type === 'service.outdated' && service === name)
        .length;
    });
  /** The file was read again since: a service that it has only now is known. */
  const isRead = async (name: string): Promise<boolean> => {
    const { body } = await stack.call('GET', '/vx11/status');
    return body.services.some((one: { name: string }) => one.name === name);
  };
  const sortedRunning = async (): Promise<string[]> => (await stack.running()).toSorted();

  test('a dependency of two windows stays up until the later deadline', async () => {
    const first = await openTarget(stack, 'one', 5);
    const second = await openTarget(stack, 'two', 14);
    const db = await inspect('db');
    const early = await ended(stack, first.body.window_id);
    expect(await sortedRunning()).toEqual(['db', 'two']);
    expect(await inspect('db')).toBe(db);
    expect(early.receipt).toMatchObject({ residue: [] });
    const outcomes = (receipt: Receipt) =>
      Object.fromEntries(receipt.services.map(({ service, outcome }) => [service, outcome]));
    expect(outcomes(early.receipt!)).toEqual({ one: 'stopped', db: 'kept' });
    const late = await ended(stack, second.body.window_id);
    expect(late.receipt).toMatchObject({ residue: [] });
    expect(outcomes(late.receipt!)).toEqual({ two: 'stopped', db: 'stopped' });
    expect(await stack.running()).toEqual([]);
  });

  test.each<[string, () => StackOptions['services']]>([
    ['image', () => ({ ...services, db: { image: other() } })],
    ['environment', () => ({ ...services, db: { environment: { A: '1' } } })],
    ['network', () => ({ ...services, db: { networks: ['net'] } })],
  ])(
    'a service whose %s changed runs on, comes back as the file has it now, and its receipt is true',
    async (_what, changed) => {
      await stack.docker('tag', 'vx11-tiny:local', other());
      await openTarget(stack, 'one', 300);
      const before = await inspect('db');
      const times = await timesOutdated('db');
      await stack.writeCompose(changed());
      await until('an event says so', async () => (await timesOutdated('db')) > times);
      expect(await inspect('db')).toBe(before);
      await openTarget(stack, 'two', 300);
      expect(await inspect('db'), 'nobody is cut off by another window').toBe(before);
      await stack.docker('rm', '-f', container('db'));
      await until('it is back', async () => (await stack.running()).includes('db'));
      expect(await inspect('db')).not.toBe(before);
      expect(await close('one')).toMatchObject({ residue: [] });
      const receipt = await close('two');
      expect(receipt).toMatchObject({ residue: [] });
      expect(await stack.running()).toEqual([]);
    },
  );

  test('a service removed from the file goes down with its window, and the receipt says so', async () => {
    await openTarget(stack, 'web', 300);
    const { web: _, ...rest } = services;
    await stack.writeCompose({ ...rest, marker: {} });
    await until('the file is read', () => isRead('marker'));
    expect(await stack.running()).toEqual(['web']);
    const receipt = await close('web');
    expect(receipt).toMatchObject({
      residue: [],
      services: [{ service: 'web', outcome: 'stopped', state: 'exited' }],
    });
    expect(await stack.running()).toEqual([]);
  });

  test.each<[string, string[], boolean]>([
    ['up -d', ['up', '-d', 'one'], true],
    ['up --force-recreate', ['up', '-d', '--force-recreate', 'one'], true],
    ['down', ['down', '-t', '1'], true],
    ['stop', ['stop', '-t', '1'], true],
    ['restart', ['restart', '-t', '1', 'one', 'db'], true],
    ['rm -sf', ['rm', '-sf', 'one', 'db'], true],
    ['kill', ['kill'], true],
    ['pause', ['pause', 'one'], false],
  ])('docker compose %s inside a window', async (_title, args, comesBack) => {
    await openTarget(stack, 'one', 300);
    await compose(...args).catch(metItsContainersAgain);
    if (comesBack) {
      await until('both run', async () => (await sortedRunning()).join() === 'db,one');
      await stack.docker('exec', container('one'), 'nslookup', 'db');
    }
    const receipt = await close('one');
    expect(receipt).toMatchObject({ closed_by: 'caller', residue: [] });
    for (const { service, state, outcome } of receipt.services) {
      expect([service, outcome, state]).toEqual([service, 'stopped', 'exited']);
    }
    expect(await stack.running()).toEqual([]);
    const left = await lookInStore(stack, (store) => store.leases.ofHost(stack.env.VX11_HOST!));
    expect(left).toEqual([]);
  });
});
