import { beforeEach, expect, test } from 'vitest';
import { endWindow } from '../../../activities/power/closing.ts';
import { adoptStack } from '../../../activities/power/adopt-stack.ts';
import { observe } from '../../../activities/power/observe.ts';
import { iso } from '../../domain/samples.ts';
import { until } from '../../stack/wait.ts';
import { cause, startHost, type OneHost } from './one-host.ts';

let host: OneHost;
beforeEach(async () => void (host = await startHost({ web: {} })));

test('a stop during which the worker died is reported by the next worker and is in the receipt', async () => {
  const { power, engine, store, time } = host;
  await adoptStack(power);
  const view = await host.open(['web']);
  const ending = { closed_by: 'caller', reason: null } as const;
  // the worker never gets the result of its stop
  engine.stop = () => new Promise(() => undefined);
  void endWindow(power, view, ending, cause);
  await until('the stop is recorded', async () =>
    (await store.services.observed()).some(({ state }) => state === 'stopping'),
  );
  time.now += 700;
  const { id } = engine.put('web', { state: 'exited', exit_code: 3, finished_at: time.now });
  const stoppedAt = time.now;
  time.now += 5000;

  const next = host.nextLife();
  await adoptStack(next);
  await observe(next);
  expect(next.seen.get('web')).toMatchObject({
    state: 'exited',
    container_id: id,
    stop: { at: stoppedAt, exit_code: 3 },
  });
  const stops = (await store.events.after(0, 100)).filter(({ type }) => type === 'service.stopped');
  expect(stops).toMatchObject([{ service: 'web', payload: { exit_code: 3 } }]);
  const { receipt } = await endWindow(next, view, ending, cause);
  expect(receipt!.services).toMatchObject([
    { service: 'web', outcome: 'stopped', stopped_at: iso(stoppedAt), exit_code: 3 },
  ]);
});

test('while the compose file cannot be read and nothing is leased, a round finds and forgets nothing', async () => {
  await adoptStack(host.power);
  await observe(host.power);
  expect(host.power.seen.all()).toHaveLength(1);
  await host.store.services.saveCatalog(
    { ...host.power.catalog.known()!, compose_file: 'of another stack' },
    [],
  );
  const next = host.nextLife();
  await host.writeCompose(null);
  expect(await adoptStack(next)).toBe(false);
  expect(await observe(next)).toEqual([]);
  expect(next.seen.all()).toHaveLength(1);
});

test('a service that stops without VX11 is reported once', async () => {
  const { power, engine, store } = host;
  engine.put('web');
  await adoptStack(power);
  await observe(power);
  engine.put('web', { state: 'exited', exit_code: 1, finished_at: host.time.now });
  await observe(power);
  await observe(power);
  expect(power.seen.get('web').stop).toMatchObject({ by: 'someone_else', exit_code: 1 });
  const types = (await store.events.after(0, 100)).map(({ type }) => type);
  expect(types.filter((type) => type === 'service.stopped')).toHaveLength(1);
});
