import { beforeEach, describe, expect, test } from 'vitest';
import { servicesByName } from '../../../../activities/compose/catalog.ts';
import { endWindow } from '../../../../activities/power/closing.ts';
import { takeDownUnheld } from '../../../../activities/power/start/take-down.ts';
import { adoptStack } from '../../../../activities/power/adopt-stack.ts';
import { observe } from '../../../../activities/power/observe.ts';
import { startServices } from '../../../../activities/power/start/starting.ts';
import { until } from '../../../stack/wait.ts';
import { cause, startHost, type OneHost } from '../one-host.ts';

const byCaller = { closed_by: 'caller', reason: null } as const;
const all = ['shop-web-1', 'shop-web-2', 'shop-web-3'];

describe('a service of three containers', () => {
  let host: OneHost;
  beforeEach(async () => {
    host = await startHost({ web: { scale: 3 } });
    await adoptStack(host.power);
  });

  const start = () => {
    const web = servicesByName(host.power.catalog.known()!).get('web')!;
    const { signal } = new AbortController();
    return startServices(host.power, [web], cause, signal, { wanted: new Set(['web']) });
  };
  const runAll = () => {
    for (const name of all) host.engine.add('web', { name });
  };

  test.each([0, 1])('starts as many as the file asks for if %i exist', async (there) => {
    const { engine } = host;
    for (let nth = 0; nth < there; nth += 1) engine.add('web', { state: 'created' });
    await host.lease(['web']);
    expect(await start()).toEqual({ started: ['web'], failed: [] });
    expect(engine.running()).toEqual(all);
  });

  test('is not up while one of them is down', async () => {
    const { engine } = host;
    await host.lease(['web']);
    engine.watch.subscribe(({ id, action }) => {
      const second = engine.of('web')[1]!;
      if (action === 'start' && id === second.id) engine.crash(second);
    });
    const { failed } = await start();
    expect(failed).toMatchObject([{ service: 'web', error: 'exited' }]);
    expect(failed[0]!.detail).toContain('shop-web-2');
  });

  test('is down when all of them are, and one that cannot be stopped does not prevent the stop of the others', async () => {
    const { power, engine } = host;
    runAll();
    engine.stuck.add('shop-web-2');
    await expect(takeDownUnheld(power, ['web'], 'window', cause)).rejects.toThrow(
      'cannot be stopped',
    );
    expect(engine.running()).toEqual(['shop-web-2']);
    engine.stuck.clear();
    expect((await takeDownUnheld(power, ['web'], 'window', cause)).get('web')).toBe('stopped');
    expect(engine.running()).toEqual([]);
  });

  test.each([
    ['proves that all are down', [], 'stopped'],
    ['names it while one of them runs', ['web'], 'left_running'],
  ])('has one receipt, which %s', async (_, residue, outcome) => {
    const { power, engine } = host;
    runAll();
    const view = await host.lease(['web']);
    const { list } = engine;
    engine.list = (project, of) => {
      // the check after the stops finds a container that was started by hand meanwhile
      if (of === undefined && residue.length > 0) engine.of('web')[1]!.state = 'running';
      return list(project, of);
    };
    const { receipt } = await endWindow(power, view, byCaller, cause);
    expect(receipt).toMatchObject({ residue, services: [{ service: 'web', outcome }] });
    expect(engine.calls.toSorted()).toEqual(all.map((name) => `stop ${name}`));
  });

  test('that runs without a window is a stray as a whole', async () => {
    await observe(host.power);
    runAll();
    await host.reconcileLoop().start();
    await until('none runs', () => host.engine.running().length === 0);
  });

  test('restarts containers that exit, and recreates those that are removed by hand', async () => {
    const { engine, time } = host;
    time.run();
    await host.lease(['web']);
    await host.reconcileLoop().start();
    const allRun = () => until('all run', () => engine.running().length === 3, 10_000);
    await allRun();
    engine.crash(engine.of('web')[1]!);
    await allRun();
    await engine.remove(engine.of('web')[2]!.id);
    await allRun();
    expect(engine.of('web')).toHaveLength(3);
  });
});

test('containers that were added by scaling by hand stop with the window', async () => {
  const { power, engine, open } = await startHost({ web: {} });
  await adoptStack(power);
  const view = await open(['web']);
  engine.add('web');
  expect(engine.running()).toHaveLength(2);
  await endWindow(power, view, byCaller, cause);
  expect(engine.running()).toEqual([]);
});
