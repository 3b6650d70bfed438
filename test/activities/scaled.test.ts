import { describe, expect, onTestFinished, test } from 'vitest';
import { endWindow } from '../../activities/power/closing.ts';
import { settleDown } from '../../activities/power/converge.ts';
import { createSettleLoop } from '../../activities/power/settle-loop.ts';
import { startServices } from '../../activities/power/starting.ts';
import { view } from '../gateway/fixture.ts';
import { aService } from '../domain/samples.ts';
import { until } from '../stack/wait.ts';
import { powerBench, type PowerBench } from './power-bench.ts';

const web = aService('web', { replicas: 3 });
const cause = { actor: 'test' };
const all = ['demo-web-1', 'demo-web-2', 'demo-web-3'];

const loopOver = async ({ power }: PowerBench) => {
  const loop = createSettleLoop(
    power,
    async () => undefined,
    () => undefined,
  );
  onTestFinished(() => loop.stop());
  await loop.start();
};

describe('a service of three containers', () => {
  test('starts with all that the file asks for', async () => {
    const { power, engine, lease } = await powerBench([web]);
    await lease('window-00000000000000a1', ['web']);
    const { signal } = new AbortController();
    expect(await startServices(power, [web], cause, signal)).toMatchObject({ started: ['web'] });
    expect(engine.running()).toEqual(all);
  });

  test('is not up while one of them is not', async () => {
    const { power, engine, lease } = await powerBench([web]);
    await lease('window-00000000000000a1', ['web']);
    const { start } = engine;
    engine.start = async (id) => {
      await start(id);
      if (id === engine.of('web')[1]!.id) engine.fall(engine.of('web')[1]!);
    };
    const { failed } = await startServices(power, [web], cause, new AbortController().signal);
    expect(failed).toMatchObject([{ service: 'web', error: 'exited' }]);
    expect(failed[0]!.detail).toContain('demo-web-2');
  });

  test('is down when each of them is, and one that cannot be stopped keeps no other up', async () => {
    const { power, engine } = await powerBench([web]);
    for (const name of all) engine.make('web', { name, state: 'running' });
    engine.stuck.add('demo-web-2');
    await expect(settleDown(power, ['web'], 'window', cause)).rejects.toThrow('cannot be stopped');
    expect(engine.running()).toEqual(['demo-web-2']);
    engine.stuck.clear();
    expect((await settleDown(power, ['web'], 'window', cause)).get('web')).toBe('stopped');
    expect(engine.running()).toEqual([]);
  });

  test.each([
    ['proves that all are down', [], 'stopped'],
    ['names it while one of them runs', ['web'], 'left_running'],
  ])('has one receipt, which %s', async (_, residue, outcome) => {
    const { power, engine, store, lease } = await powerBench([web]);
    for (const name of all) engine.make('web', { name, state: 'running' });
    const window = view();
    await store.windows.request(window, []);
    await lease(window.window_id, ['web']);
    const { list } = engine;
    engine.list = (project, of) => {
      // after all were stopped, everything is looked at once more: somebody has started one meanwhile
      if (of === undefined && residue.length > 0) engine.of('web')[1]!.state = 'running';
      return list(project, of);
    };
    const ending = { closed_by: 'caller', reason: null } as const;
    const { receipt } = await endWindow(power, window, ending, cause);
    expect(receipt).toMatchObject({ residue, services: [{ service: 'web', outcome }] });
    expect(engine.calls.toSorted()).toEqual(all.map((name) => `stop ${name}`));
  });

  test('that runs without a window is a stray as a whole', async () => {
    const bench = await powerBench([web]);
    await bench.store.services.observe([bench.power.seen.get('web')], [], Date.now());
    await bench.power.catalog.current();
    for (const name of all) bench.engine.make('web', { name, state: 'running' });
    await loopOver(bench);
    await until('none runs', () => bench.engine.running().length === 0);
  });

  test('gets back what falls and what is removed by hand', async () => {
    const bench = await powerBench([web]);
    const { engine } = bench;
    await bench.lease('window-00000000000000a1', ['web']);
    await loopOver(bench);
    await until('all run', () => engine.running().length === 3);
    engine.fall(engine.of('web')[1]!);
    await until('it is back', () => engine.running().length === 3);
    await engine.remove(engine.of('web')[2]!.id);
    await until('it is back', () => engine.running().length === 3, 10_000);
    expect(engine.of('web')).toHaveLength(3);
  });
});

test('what is scaled by hand goes down whole with its window', async () => {
  const { power, engine } = await powerBench([aService('web')]);
  engine.make('web', { state: 'running' });
  await power.seen.see('web', { state: 'running', container_id: engine.of('web')[0]!.id });
  engine.make('web', { state: 'running' });
  await settleDown(power, ['web'], 'window', cause);
  expect(engine.running()).toEqual([]);
});
