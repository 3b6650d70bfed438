import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { startStack, type TestStack } from '../stack/stack.ts';
import { freePort } from '../stack/temporal.ts';
import { until } from '../stack/wait.ts';

describe('scaled services', () => {
  let stack: TestStack;
  const services = {
    pair: { deploy: { replicas: 2 } },
    checked: {
      scale: 2,
      healthcheck: { test: ['CMD', 'true'], interval: '1s', timeout: '1s', retries: 3 },
    },
    one: {},
  };
  beforeAll(async () => {
    const clash = { scale: 2, ports: [`127.0.0.1:${await freePort()}:80`] };
    stack = await startStack({
      temporalAddress: inject('temporalAddress'),
      services: { ...services, clash },
    });
  });
  afterAll(() => stack?.destroy());

  const open = (target: string) =>
    stack.call('POST', '/vx11/window/open', { target, ttl_seconds: 60 });
  const close = (target: string) => stack.call('POST', '/vx11/window/close', { target });
  const compose = (...args: string[]) => stack.docker('compose', '-f', stack.composeFile, ...args);

  test.each(['pair', 'checked'])('all containers of %s come up and go down', async (target) => {
    const opened = await open(target);
    expect(opened.body).toMatchObject({ is_open: true, services_started: [target] });
    expect(await stack.running()).toEqual([target, target]);
    const { body } = await close(target);
    expect(body.receipt).toMatchObject({ residue: [], services: [{ outcome: 'stopped' }] });
    expect(await stack.running()).toEqual([]);
  });

  test('each container that crashes comes back, and so does one that is removed', async () => {
    await open('pair');
    const names = [1, 2].map((nth) => `${stack.project}-pair-${nth}`);
    await stack.docker('kill', ...names);
    await until('both run', async () => (await stack.running()).length === 2);
    await stack.docker('rm', '-f', names[0]!);
    await until('both run', async () => (await stack.running()).length === 2);
    await close('pair');
    expect(await stack.running()).toEqual([]);
  });

  test('a service of which one container cannot start fails as a whole, and leaves none', async () => {
    const { body } = await open('clash');
    expect(body).toMatchObject({ state: 'failed', services_failed: [{ error: 'port_taken' }] });
    expect(await stack.running()).toEqual([]);
  });

  test('raising the scale in the file during a window adds containers, and the running ones keep running', async () => {
    await open('pair');
    const idOf = () => stack.docker('inspect', '-f', '{{.Id}}', `${stack.project}-pair-2`);
    const before = await idOf();
    const environment = { COLOUR: 'blue' };
    await stack.writeCompose({ ...services, pair: { environment, deploy: { replicas: 3 } } });
    await until('three run', async () => (await stack.running()).length === 3);
    expect(await idOf()).toBe(before);
    await close('pair');
    expect(await stack.running()).toEqual([]);
    await stack.writeCompose(services);
  });

  test('a service scaled up by hand goes down with all its containers: with its window, and as a stray', async () => {
    await open('one');
    await compose('up', '-d', '--no-recreate', '--scale', 'one=3', 'one');
    expect(await stack.running()).toEqual(['one', 'one', 'one']);
    const { body } = await close('one');
    expect(body.receipt.residue).toEqual([]);
    expect(await stack.running()).toEqual([]);
    await compose('up', '-d', '--no-recreate', '--scale', 'one=3', 'one');
    await until('nothing runs', async () => (await stack.running()).length === 0);
  });
});
