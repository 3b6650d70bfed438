import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { startStack, type TestStack } from '../stack/stack.ts';
import { until } from '../stack/wait.ts';

describe('what follows another service', () => {
  let stack: TestStack;
  beforeAll(async () => {
    stack = await startStack({
      temporalAddress: inject('temporalAddress'),
      services: {
        vpn: { init: true, expose: ['8080'] },
        app: {
          network_mode: 'service:vpn',
          // anonymous
          volumes: ['/data'],
          command: ['sh', '-c', 'mkdir -p /w; httpd -p 8080 -h /w; while :; do sleep 1; done'],
        },
        db: {},
        web: { depends_on: { db: { condition: 'service_started', restart: true } } },
        free: { depends_on: { db: { condition: 'service_started' } } },
      },
    });
  });
  afterAll(() => stack?.destroy());

  const open = (target: string) =>
    stack.call('POST', '/vx11/window/open', { target, ttl_seconds: 120, wait_seconds: 50 });
  const close = (target: string) => stack.call('POST', '/vx11/window/close', { target });
  const nameOf = (service: string) => `${stack.project}-${service}-1`;
  const inspect = async (service: string, format: string) =>
    (await stack.docker('inspect', '-f', format, nameOf(service))).trim();
  const startOf = (service: string) => inspect(service, '{{.State.StartedAt}}');
  const hasNetwork = () =>
    stack.docker('exec', nameOf('app'), 'ls', '/sys/class/net').then((all) => all.includes('eth0'));
  const events = async () => String((await stack.call('GET', '/vx11/audit/export')).body);

  test('a port of a shared network namespace is not waited for if its container may not listen', async () => {
    const began = performance.now();
    expect((await open('app')).body).toMatchObject({ is_open: true, services_failed: [] });
    expect(performance.now() - began).toBeLessThan(20_000);
    expect(await hasNetwork()).toBe(true);
  });

  test.each<[string, () => Promise<unknown>]>([
    ['was killed', () => stack.docker('kill', nameOf('vpn'))],
    ['was removed', () => stack.docker('rm', '-f', nameOf('vpn'))],
    ['was restarted by hand', () => stack.docker('restart', '-t', '1', nameOf('vpn'))],
  ])('what shares a network is restarted after its owner %s', async (_, end) => {
    const before = await startOf('app');
    await stack.docker('exec', nameOf('app'), 'touch', '/data/kept');
    await end();
    await until(
      'app has its network back',
      async () => (await startOf('app')) !== before && (await hasNetwork()),
    );
    expect(await inspect('app', '{{.HostConfig.NetworkMode}}')).toBe(
      `container:${await inspect('vpn', '{{.Id}}')}`,
    );
    expect(await stack.docker('exec', nameOf('app'), 'ls', '/data')).toContain('kept');
    await stack.docker('exec', nameOf('app'), 'rm', '/data/kept');
    expect(await events()).toContain('vpn was started again, and it lives in a namespace of it');
  });

  test('services that crash together come back together', async () => {
    await stack.docker('kill', nameOf('vpn'), nameOf('app'));
    await until(
      'both are back',
      async () => (await stack.running()).length === 2 && (await hasNetwork()),
    );
    expect((await close('app')).body.receipt.residue).toEqual([]);
    expect(await stack.running()).toEqual([]);
  });

  test('a confirmed restart restarts the services whose depends_on says restart, and nothing else', async () => {
    await open('web');
    await open('free');
    const [web, free] = [await startOf('web'), await startOf('free')];
    const { body } = await stack.call('POST', '/operator/power/service/db/restart', {});
    expect(body).toMatchObject({ status: 'ok', action: 'restart' });
    expect(await startOf('web')).not.toBe(web);
    expect(await startOf('free')).toBe(free);
    expect(await events()).toContain('db was started again, and depends_on says restart');
    await close('web');
    await close('free');
    expect(await stack.running()).toEqual([]);
  });
});
