import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { Incident } from '../../contracts/incidents.ts';
import { startStack, type TestStack } from '../stack/stack.ts';
import { until } from '../stack/wait.ts';

/** Unhealthy while it has the file /tmp/ill. */
const moody = {
  command: ['sh', '-c', "trap 'exit 0' TERM; while :; do sleep 0.1; done"],
  tmpfs: ['/tmp'],
  healthcheck: { test: 'test ! -f /tmp/ill', interval: '1s', retries: 1, start_period: '0s' },
};

describe('a service', () => {
  let stack: TestStack;
  beforeAll(async () => {
    stack = await startStack({
      temporalAddress: inject('temporalAddress'),
      services: { moody, plain: { mem_limit: '64m' } },
      env: { VX11_ANTS_SECONDS: '1' },
      'x-vx11': { ants: { unhealthy_after: '2s' } },
    });
  });
  afterAll(() => stack?.destroy());

  const ofService = async (service = 'moody'): Promise<Incident[]> =>
    (await stack.call('GET', `/hormiguero/incidents?service=${service}`)).body.incidents;
  const inside = (...command: string[]) =>
    stack.docker('exec', `${stack.project}-moody-1`, ...command);
  const open = async (target = 'moody') => {
    const body = { target, ttl_seconds: 300, wait_seconds: 20 };
    await stack.call('POST', '/vx11/window/open', body);
    await until('it is open', async () => {
      const status = await stack.call('GET', `/vx11/window/status/${target}`);
      return status.body.is_open === true;
    });
  };
  /** Every ant looks now: by themselves they look more seldom on a machine that has much to do. */
  const lookNow = () => stack.call('POST', '/hormiguero/scan/once', {});
  const close = () => stack.call('POST', '/vx11/window/close', { target: 'moody' });

  test('that turns unhealthy is one incident, which ends when it is healthy, and one that sleeps is none', async () => {
    await open();
    const scan = await lookNow();
    expect(scan.status).toBe(200);
    const failed = scan.body.results.filter(
      ({ outcome }: { outcome: string }) => outcome === 'failed',
    );
    expect(failed).toEqual([]);
    expect(await ofService()).toEqual([]);

    await inside('touch', '/tmp/ill');
    await until('it is an incident', async () => {
      await lookNow();
      return (await ofService()).length > 0;
    });
    const [incident, ...others] = await ofService();
    expect(others).toEqual([]);
    expect(incident).toMatchObject({ kind: 'unhealthy', severity: 'high', status: 'open' });

    await inside('rm', '/tmp/ill');
    await until('it is over', async () => {
      await lookNow();
      return (await ofService())[0]!.status === 'resolved';
    });
    expect(await ofService()).toMatchObject([
      { incident_id: incident!.incident_id, resolved_by: 'looks', reopened: 0 },
    ]);

    // asleep, with `unhealthy` as the last thing that the Engine knows of it
    await inside('touch', '/tmp/ill');
    await until('it is unhealthy', async () => {
      const { body } = await stack.call('GET', '/vx11/services/moody');
      return body.state === 'unhealthy';
    });
    await close();
    expect(await stack.running()).toEqual([]);
    for (let nth = 0; nth < 5; nth += 1) await lookNow();
    expect((await ofService()).filter(({ status }) => status === 'open')).toEqual([]);
    const { pheromones } = (await stack.call('GET', '/hormiguero/pheromones')).body;
    expect(pheromones.length).toBeGreaterThan(15);
  });

  test.each([
    ['update', 'services.plain.mem_limit', ['--memory', '32m', '--memory-swap', '64m']],
    ['network', 'services.plain.networks.default', ['disconnect']],
  ])(
    'that is changed by hand with docker %s is named within a minute, although nobody asks',
    async (command, path, options) => {
      await open('plain');
      await lookNow();
      const before = (await ofService('plain')).length;
      const container = `${stack.project}-plain-1`;
      const network = command === 'network' ? [`${stack.project}_default`] : [];
      await stack.docker(command, ...options, ...network, container);
      await until(
        'it is an incident',
        async () => (await ofService('plain')).length > before,
        60_000,
      );
      const [incident] = await ofService('plain');
      expect(incident).toMatchObject({ kind: 'drift', status: 'open', service: 'plain' });
      expect(incident!.subkey.split(' ')[1]).toBe(path);
    },
    120_000,
  );
});
