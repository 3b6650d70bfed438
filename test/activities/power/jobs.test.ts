import { beforeEach, describe, expect, test } from 'vitest';
import { servicesByName } from '../../../activities/compose/catalog.ts';
import { createAdmissions } from '../../../activities/power/admissions.ts';
import { openWindow } from '../../../activities/power/opening.ts';
import { endWindow } from '../../../activities/power/closing.ts';
import { adoptStack } from '../../../activities/power/adopt-stack.ts';
import { startServices, type StartOptions } from '../../../activities/power/start/starting.ts';
import { startOrder } from '../../../domain/services/start-order.ts';
import { opening } from '../../../domain/windows/window.ts';
import { minute, noon } from '../../domain/samples.ts';
import { until } from '../../stack/wait.ts';
import { cause, startHost, type OneHost } from './one-host.ts';

const after = (condition: string, more: object = {}) => ({
  depends_on: { job: { condition, ...more } },
});

describe('a job that other services wait for', () => {
  let host: OneHost;
  beforeEach(async () => {
    host = await startHost({
      job: { restart: 'always' },
      web: after('service_completed_successfully'),
      other: after('service_completed_successfully', { required: false }),
    });
    host.time.run();
    await adoptStack(host.power);
  });

  /** The job exits with these codes, one per start, as soon as it is started. */
  const endsWith = (...codes: number[]) => {
    const { engine } = host;
    engine.watch.subscribe(({ service, action }) => {
      if (service !== 'job' || action !== 'start') return;
      const exit_code = codes.length > 1 ? codes.shift()! : codes[0]!;
      const finished_at = host.time.now;
      setTimeout(() =>
        Object.assign(engine.of('job')[0]!, { state: 'exited', exit_code, finished_at }),
      );
    });
  };
  const start = (names: string[], options: Partial<StartOptions> = {}, window_id?: string) => {
    const byName = servicesByName(host.power.catalog.known()!);
    const services = startOrder(names, byName).map((name) => byName.get(name)!);
    const by = window_id === undefined ? cause : { ...cause, window_id };
    const { signal } = new AbortController();
    return startServices(host.power, services, by, signal, { wanted: new Set(names), ...options });
  };
  const startsOf = (name: string) =>
    host.engine.calls.filter((call) => call === `start shop-${name}-1`).length;

  test('is done when it exits with 0, whatever its restart policy, and the waiting service starts after it', async () => {
    endsWith(0);
    await host.lease(['job', 'web']);
    const waits: string[] = [];
    const onJobs = (jobs: readonly string[]) => void waits.push(jobs.join());
    expect(await start(['web'], { onJobs })).toEqual({ started: ['job', 'web'], failed: [] });
    expect(host.engine.calls).toEqual(['start shop-job-1', 'start shop-web-1']);
    expect(waits).toEqual(['job', '']);
    expect(host.power.seen.get('job')).toMatchObject({ state: 'done', exit_code: 0 });
  });

  test('is left alone by the reconcile loop while its window is open, and is down after it', async () => {
    endsWith(0);
    const view = await host.lease(['job', 'web']);
    await start(['web']);
    const loop = host.reconcileLoop();
    await loop.start();
    await loop.start();
    expect(startsOf('job')).toBe(1);
    expect(host.power.seen.get('job').state).toBe('done');
    const ended = await endWindow(host.power, view, { closed_by: 'caller', reason: null }, cause);
    expect(ended.receipt?.services.find(({ service }) => service === 'job')).toMatchObject({
      outcome: 'done',
      exit_code: 0,
      stopped_by: 'itself',
    });
    expect(host.power.seen.get('job').state).toBe('exited');
  });

  test('is restarted by its restart policy when it fails, until it succeeds', async () => {
    endsWith(1, 0);
    await host.lease(['job', 'web']);
    expect(await start(['web'])).toEqual({ started: ['job', 'web'], failed: [] });
    expect(startsOf('job')).toBe(2);
  });

  test('runs only once for a second attempt of the same opening and for a second window', async () => {
    endsWith(0);
    const view = await host.lease(['job', 'web']);
    await start(['web'], {}, view.window_id);
    expect(await start(['web'], { since: noon }, view.window_id)).toMatchObject({ failed: [] });
    const second = await host.lease(['job', 'other'], { target: 'other' });
    await start(['other'], {}, second.window_id);
    expect(startsOf('job')).toBe(1);
  });

  test('runs again if it was done for an earlier window', async () => {
    host.engine.add('job', { state: 'exited', exit_code: 0, started_at: noon - 5000 });
    endsWith(0);
    const view = await host.lease(['job', 'web']);
    await start(['web'], { since: noon }, view.window_id);
    expect(startsOf('job')).toBe(1);
  });

  test('runs again on a retry if it was done while its window still waited for room', async () => {
    const view = opening(await host.lease([], { target: 'web', services: ['web'] }), [
      'job',
      'web',
    ]);
    host.engine.add('job', { state: 'exited', exit_code: 0, started_at: noon + minute });
    host.time.now = noon + 2 * minute;
    const lease = { window_id: view.window_id, host: 'host-a', deadline: null, is_open: false };
    const leases = view.members.map((service) => ({ ...lease, service }));
    await host.store.leases.reserve(view.window_id, leases, host.power.clock());
    await host.store.windows.save(view, []);
    endsWith(0);
    const { signal } = new AbortController();
    const by = { ...cause, window_id: view.window_id };
    await openWindow(host.power, createAdmissions(host.power), view, by, signal);
    expect(startsOf('job')).toBe(1);
  });
});

describe('a service that exits while it opens', () => {
  test('is given up at its start limit, with the number of its exits', async () => {
    const host = await startHost({ web: { restart: 'always', 'x-vx11': { start_timeout: '2s' } } });
    host.time.run();
    await adoptStack(host.power);
    await host.lease(['web']);
    host.engine.watch.subscribe(({ action }) => {
      if (action !== 'start') return;
      const end = { state: 'exited', exit_code: 5, finished_at: host.time.now } as const;
      Object.assign(host.engine.of('web')[0]!, end);
    });
    const web = host.power.catalog.known()!.services[0]!;
    const { signal } = new AbortController();
    const result = await startServices(host.power, [web], cause, signal, {
      wanted: new Set(['web']),
    });
    expect(result).toMatchObject({
      started: [],
      failed: [{ error: 'exited', detail: expect.stringMatching(/exited \d times .*exit code 5/) }],
    });
    await until('it was started at least twice', () => host.engine.calls.length >= 2);
  });
});

describe('a service that follows another one', () => {
  test('is restarted once after that one was restarted, and so are its own followers', async () => {
    const follows = (name: string) => ({
      depends_on: { [name]: { condition: 'service_started', restart: true } },
    });
    const host = await startHost({ db: {}, api: follows('db'), web: follows('api'), free: {} });
    host.time.run();
    await adoptStack(host.power);
    await host.open(['db', 'api', 'web', 'free']);
    const loop = host.reconcileLoop();
    await loop.start();
    expect(host.engine.calls).toEqual([]);
    await new Promise((resolve) => setTimeout(resolve, 20));
    host.engine.crash(host.engine.of('db')[0]!);
    await until('all are up again', async () => {
      await loop.start();
      return host.engine.calls.filter((call) => call === 'start shop-web-1').length === 1;
    });
    await loop.start();
    await loop.start();
    const starts = host.engine.calls.filter((call) => call.startsWith('start'));
    expect(starts).toEqual(['start shop-db-1', 'start shop-api-1', 'start shop-web-1']);
  });
});
