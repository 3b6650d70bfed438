import { appendFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import type { Catalog } from '../../contracts/service.ts';
import { startStack, type TestStack } from '../stack/stack.ts';
import { until } from '../stack/wait.ts';
import {
  endAndExpectRest,
  eventTypes,
  expectPromisesKept,
  lookInStore,
} from '../stack/promises.ts';
import { ended, insist, openTarget } from '../stack/calls.ts';

describe('the compose file is edited while windows are open', () => {
  let stack: TestStack;
  const services = { web: {}, other: {} };
  beforeAll(async () => {
    stack = await startStack({ temporalAddress: inject('temporalAddress'), services });
  });
  beforeEach(async () => {
    await stack.writeCompose(services);
    await catalogIs(({ error, services: known }) => error === null && known.length === 2);
  });
  afterAll(() => stack?.destroy());
  const catalogIs = (so: (catalog: Catalog) => boolean) =>
    until('madre has read the file', () =>
      lookInStore(stack, async (store) => {
        const catalog = await store.services.catalogOf(stack.project);
        return catalog !== null && so(catalog);
      }),
    );

  test('a changed service keeps running as it is, and the next window recreates it', async () => {
    await openTarget(stack, 'web', 60);
    const id = () => stack.docker('inspect', '-f', '{{.Id}}', `${stack.project}-web-1`);
    const before = await id();
    await stack.writeCompose({ ...services, web: { environment: { COLOUR: 'blue' } } });
    await sleep(6000);
    expect(await id()).toBe(before);
    await expectPromisesKept(stack);
    await insist(stack, '/vx11/window/close', { target: 'web' });
    await openTarget(stack, 'web', 60);
    expect(await id()).not.toBe(before);
    await endAndExpectRest(stack);
  });

  test('a service that was removed from the file runs until its deadline, then stops', async () => {
    const { body } = await openTarget(stack, 'web', 8);
    await stack.writeCompose({ other: {} });
    await sleep(5000);
    expect(await stack.running()).toEqual(['web']);
    const view = await ended(stack, body.window_id);
    expect(view.receipt).toMatchObject({ residue: [] });
    expect(await stack.running()).toEqual([]);
    const late = await stack.call('POST', '/vx11/window/open', { target: 'web', ttl_seconds: 5 });
    expect(late.status).toBe(422);
    await expectPromisesKept(stack);
  });

  test('with a broken file the last good catalog stays in use and reports the error, and windows still open and end', async () => {
    await openTarget(stack, 'web', 60);
    await appendFile(stack.composeFile, '\nservices: [this, is, no: map\n');
    await catalogIs(({ error }) => error !== null);
    expect(await eventTypes(stack)).toContain('catalog.invalid');
    const { body } = await openTarget(stack, 'web', 4);
    expect(body).toMatchObject({ is_open: true });
    expect((await ended(stack, body.window_id)).receipt).toMatchObject({ residue: [] });
    await expectPromisesKept(stack);
    const { body: next } = await openTarget(stack, 'web', 6);
    await stack.madre.kill();
    stack.madre.start();
    await stack.ready();
    expect((await ended(stack, next.window_id)).receipt).toMatchObject({ residue: [] });
    expect(await stack.running()).toEqual([]);
    await endAndExpectRest(stack);
  });
});
