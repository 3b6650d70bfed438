import { expect, test } from 'vitest';
import { adoptStack } from '../../../../activities/power/adopt-stack.ts';
import { takeDownUnheld } from '../../../../activities/power/start/take-down.ts';
import { startServices } from '../../../../activities/power/start/starting.ts';
import { until } from '../../../stack/wait.ts';
import { cause, startHost, type OneHost } from '../one-host.ts';

const hooks = {
  post_start: [{ command: ['warm', 'up'] }],
  pre_stop: [{ command: ['drain'] }, { command: ['flush'] }],
};

async function start({ power }: OneHost) {
  const web = power.catalog.known()!.services[0]!;
  const { signal } = new AbortController();
  return startServices(power, [web], cause, signal, { wanted: new Set(['web']) });
}

test('a failed pre_stop hook does not prevent the stop, and is in the event log', async () => {
  const host = await startHost({ web: hooks });
  await adoptStack(host.power);
  const view = await host.lease(['web']);
  expect(await start(host)).toEqual({ started: ['web'], failed: [] });
  host.engine.exits.set('drain', 7);
  await host.store.leases.release(view.window_id);
  await takeDownUnheld(host.power, ['web'], 'window', cause);
  expect(host.engine.calls).toEqual([
    'start shop-web-1',
    'run warm up in shop-web-1',
    'run drain in shop-web-1',
    'stop shop-web-1',
  ]);
  const [newest] = await host.store.events.after((await host.store.events.newest()) - 1, 1);
  expect(newest).toMatchObject({
    type: 'service.stopped',
    payload: { pre_stop: 'its pre_stop hook exited with status 7' },
  });
});

test('a restart by the restart policy runs no hook, a restart after a kill does', async () => {
  const host = await startHost({ web: { ...hooks, restart: 'always' } });
  host.time.run();
  await adoptStack(host.power);
  await host.open(['web']);
  const loop = host.reconcileLoop();
  const web = () => host.engine.of('web')[0]!;
  const endsWith = async (exit_code: number) => {
    host.engine.calls.length = 0;
    const ended = { state: 'exited', exit_code, finished_at: host.time.now } as const;
    Object.assign(web(), ended);
    await until('it is up again', async () => {
      await loop.start();
      return web().state === 'running';
    });
  };
  await endsWith(1);
  expect(host.engine.calls).toEqual(['start shop-web-1']);
  await endsWith(137);
  await until('its hook has run', () => host.engine.calls.length === 2);
  expect(host.engine.calls).toEqual(['start shop-web-1', 'run warm up in shop-web-1']);
});

test('a secret is copied into the container before its start, and its value is in no event', async () => {
  const host = await startHost(
    { web: { secrets: [{ source: 'key' }] } },
    { top: { secrets: { key: { environment: 'KEY' } } }, variables: { KEY: 'hush-hush' } },
  );
  await adoptStack(host.power);
  await host.lease(['web']);
  expect(await start(host)).toEqual({ started: ['web'], failed: [] });
  expect(host.engine.calls).toEqual(['copy into shop-web-1', 'start shop-web-1']);
  expect(String(host.engine.copied[0]!.archive)).toContain('hush-hush');
  expect(JSON.stringify(await host.store.events.after(0, 100))).not.toContain('hush');
  expect(JSON.stringify(await host.store.services.catalogs())).not.toContain('hush');
});
