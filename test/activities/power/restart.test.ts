import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import { endWindow } from '../../../activities/power/closing.ts';
import { adoptStack } from '../../../activities/power/adopt-stack.ts';
import {
  lookBeforeRestart,
  restartContainers,
  startAgain,
} from '../../../activities/power/restart.ts';
import type { PowerHost } from '../../../activities/power/host/host.ts';
import type { RestartOrder } from '../../../activities/power/power-activities.ts';
import { until } from '../../stack/wait.ts';
import { cause, startHost, type OneHost } from './one-host.ts';

const by = { ...cause, service: 'web' };
const slow = { test: ['CMD', 'true'], start_period: '10m', interval: '1s' };

let host: OneHost;
let window_id: string;
beforeEach(async () => {
  host = await startHost({ web: { healthcheck: slow, stop_grace_period: '30s' } });
  await adoptStack(host.power);
  ({ window_id } = await host.open(['web']));
  host.time.now += 1000;
});

const request = () => ({ ...by, window_id });
const web = () => host.engine.of('web')[0]!;
const prepare = () => lookBeforeRestart(host.power, request());
const restart = (
  { containers }: RestartOrder,
  { power = host.power, signal = new AbortController().signal } = {},
) => restartContainers(power, request(), containers, signal);
/** The service has this health from its next start on. */
const isThen = (health: 'healthy' | 'starting') =>
  host.engine.watch.subscribe(({ action }) => {
    if (action === 'start') web().health = health;
  });
const calls = () => host.engine.calls.map((call) => call.replace(' shop-web-1', ''));
const restarted = async () =>
  (await host.store.events.after(0, 100)).filter(({ type }) => type === 'service.restarted');

describe('a restart', () => {
  test("stops and starts the service, names its window, and has a time limit by the service's own times", async () => {
    isThen('healthy');
    const order = await prepare();
    expect(order).toEqual({
      containers: [{ id: web().id, up: true, started_at: web().started_at }],
      limit_ms: 600_000 + 3000 + 30_000 + 30_000 + 60_000,
    });
    await restart(order);
    expect(calls()).toEqual(['stop', 'start']);
    expect(await restarted()).toMatchObject([{ service: 'web', window_id, actor: 'ada' }]);
    expect(host.guard.leaseOf('web')?.stopping_until_ms).toBeUndefined();
  });

  /** The steps that a process completed before it died. */
  const deaths: [string, () => Promise<void>, string[]][] = [
    ['before it stopped', async () => undefined, ['stop', 'start']],
    ['before it started', () => host.engine.stop(web().id, 0), ['stop', 'start']],
    [
      'while it waited',
      async () => {
        await host.engine.stop(web().id, 0);
        await host.engine.start(web().id);
      },
      ['stop', 'start'],
    ],
  ];
  test.each(deaths)('that died %s is continued from there', async (_, done, expected) => {
    isThen('starting');
    const order = await prepare();
    await done();
    const power = host.nextLife();
    await power.catalog.current();
    await power.leases.refresh();
    const waiting = restart(order, { power });
    await until('it is started', () => web().health === 'starting');
    await sleep(50);
    expect(calls()).toEqual(expected);
    web().health = 'healthy';
    await waiting;
    expect(calls()).toEqual(expected);
  });

  test('does not use an earlier health result', async () => {
    isThen('starting');
    host.engine.passes = async () => false;
    const order = await prepare();
    host.power.proved.add(web().id);
    const ending = new AbortController();
    const waiting = restart(order, { signal: ending.signal });
    await sleep(100);
    ending.abort();
    await expect(waiting).rejects.toThrow('aborted');
  });

  test('in an ended window restarts nothing, even if another window holds the service', async () => {
    const order = await prepare();
    await host.lease(['web'], { kind: 'operator', target: null });
    await host.store.leases.release(window_id, ['web']);
    const refused = `${window_id} does not hold web any more; nothing was restarted`;
    await expect(restart(order)).rejects.toThrow(refused);
    await expect(prepare()).rejects.toMatchObject({ type: 'window_not_open', message: refused });
    expect(calls()).toEqual([]);
    await lookBeforeRestart(host.power, by);
  });

  test('reports that it was done if its window ends meanwhile', async () => {
    isThen('starting');
    const order = await prepare();
    const waiting = restart(order);
    waiting.catch(() => undefined);
    await until('it is started', () => web().health === 'starting');
    const view = (await host.store.windows.find(window_id))!;
    await endWindow(host.power, view, { closed_by: 'caller', reason: null }, cause);
    await expect(waiting).rejects.toThrow('it was restarted before that');
    expect(host.engine.running()).toEqual([]);
    await expect(restart(order)).rejects.toThrow('it was restarted before that');
    expect(host.engine.running()).toEqual([]);
  });
});

test('each of several containers is restarted once, including more than the file asks for', async () => {
  host = await startHost({ web: { scale: 2 } });
  await adoptStack(host.power);
  ({ window_id } = await host.open(['web']));
  host.engine.add('web');
  host.engine.add('web');
  host.time.now += 1000;
  const order = await prepare();
  expect(order.containers).toHaveLength(3);
  const [one, other] = host.engine.of('web');
  await host.engine.stop(one!.id, 0);
  await host.engine.start(one!.id);
  await host.engine.stop(other!.id, 0);
  await restart(order);
  const all = ['shop-web-1', 'shop-web-2', 'shop-web-3'];
  expect(host.engine.running()).toEqual(all);
  expect(host.engine.calls.toSorted()).toEqual(
    all.flatMap((name) => [`start ${name}`, `stop ${name}`]).toSorted(),
  );
});

describe('an abandoned restart', () => {
  const startWhatItStopped = ({ containers }: RestartOrder, power: PowerHost = host.power) =>
    startAgain(power, request(), containers);

  test('starts what it had stopped', async () => {
    const order = await prepare();
    await host.engine.stop(web().id, 0);
    await startWhatItStopped(order);
    await startWhatItStopped(order);
    expect([host.engine.running(), calls()]).toEqual([['shop-web-1'], ['stop', 'start']]);
    expect(await restarted()).toHaveLength(1);
  });

  test.each<[string, () => Promise<void>, string[]]>([
    ['still runs', async () => undefined, []],
    [
      'exited after its start',
      async () => {
        await host.engine.stop(web().id, 0);
        await host.engine.start(web().id);
        host.engine.crash(web());
      },
      ['stop', 'start'],
    ],
    [
      'is no longer in a window',
      async () => {
        await host.engine.stop(web().id, 0);
        await host.store.leases.release(window_id, ['web']);
      },
      ['stop'],
    ],
  ])('does not touch a service that %s', async (_, meanwhile, expected) => {
    const order = await prepare();
    await meanwhile();
    await startWhatItStopped(order);
    expect(calls()).toEqual(expected);
  });

  test('does not start a container that was down before', async () => {
    await host.engine.stop(web().id, 0);
    await startWhatItStopped(await prepare());
    expect(calls()).toEqual(['stop']);
  });
});
