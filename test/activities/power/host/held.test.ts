import { beforeEach, describe, expect, test } from 'vitest';
import { createAdmissions } from '../../../../activities/power/admissions.ts';
import { endWindow } from '../../../../activities/power/closing.ts';
import { takeDownUnheld } from '../../../../activities/power/start/take-down.ts';
import { adoptStack } from '../../../../activities/power/adopt-stack.ts';
import type { PowerHost } from '../../../../activities/power/host/host.ts';
import { observe } from '../../../../activities/power/observe.ts';
import { openWindow } from '../../../../activities/power/opening.ts';
import { createWindowReconcile } from '../../../../activities/power/reconcile-windows.ts';
import { reconcileService } from '../../../../activities/power/reconcile-service.ts';
import { newId } from '../../../../contracts/ids.ts';
import type { WindowView } from '../../../../contracts/window.ts';
import { aWindow, iso, minute } from '../../../domain/samples.ts';
import { cause, startHost, type OneHost } from '../one-host.ts';

let host: OneHost;
beforeEach(async () => {
  host = await startHost({ web: {}, job: {} });
  await adoptStack(host.power);
});
const byCaller = { closed_by: 'caller', reason: null } as const;

async function open(service: string, power: PowerHost = host.power): Promise<WindowView> {
  const view = aWindow({
    window_id: newId('window'),
    kind: 'operator',
    target: null,
    services: [service],
    requested_at: iso(host.time.now),
  });
  const { signal } = new AbortController();
  const outcome = await openWindow(power, createAdmissions(power), view, cause, signal);
  return outcome.view;
}
/** Runs one complete round of the reconcile loop. */
async function round(power: PowerHost = host.power): Promise<void> {
  await power.leases.refresh();
  const deps = {
    power,
    adopt: async () => undefined,
    exits: new Map(),
    byHand: new Set<string>(),
    waitFor: () => undefined,
  };
  for (const observation of await observe(power)) await reconcileService(deps, observation);
}
const rename = async (project: string, services: Record<string, object> = { web: {}, job: {} }) => {
  await host.writeCompose(services, project);
  await host.power.catalog.current();
};
const receiptOf = async (view: WindowView, power: PowerHost = host.power) =>
  (await endWindow(power, view, byCaller, cause)).receipt!;

describe('a container of a window', () => {
  test.each<[string, () => Promise<unknown>]>([
    ['the project was renamed', () => rename('two')],
    ['it was removed from the file', () => rename('shop', { job: {} })],
    ['it was removed from the file and the project was renamed', () => rename('two', { job: {} })],
    ['the file became unreadable', () => host.writeCompose(null)],
  ])('is stopped and named in the receipt when %s', async (_, change) => {
    const view = await open('web');
    const { id } = host.engine.of('web')[0]!;
    await change();
    await round();
    expect(host.engine.running()).toEqual(['shop-web-1']);
    expect(host.power.seen.get('web').containers).toMatchObject([{ id, project: 'shop' }]);
    const receipt = await receiptOf(view);
    expect(host.engine.running()).toEqual([]);
    expect(receipt).toMatchObject({
      residue: [],
      services: [{ outcome: 'stopped', containers: [{ id, project: 'shop', state: 'exited' }] }],
    });
  });

  test('is found after a restart of the process with a different file', async () => {
    const view = await open('web');
    await rename('two', { job: {} });
    const next = host.nextLife();
    await adoptStack(next);
    await round(next);
    expect(host.engine.running()).toEqual(['shop-web-1']);
    expect(await receiptOf(view, next)).toMatchObject({
      residue: [],
      services: [{ outcome: 'stopped' }],
    });
    expect(host.engine.running()).toEqual([]);
  });

  test('is stopped at its deadline by the reconcile loop alone', async () => {
    await open('web');
    await rename('two');
    await round();
    host.time.now += 20 * minute;
    await round();
    expect(host.engine.running()).toEqual([]);
  });

  test('is restarted in its own project if it exits, and recreated in the new one if it is removed', async () => {
    const view = await open('web');
    await rename('two');
    await round();
    host.engine.put('web', { state: 'exited', exit_code: 137, finished_at: host.time.now });
    host.time.now += minute;
    await round();
    await round();
    expect(host.engine.running()).toEqual(['shop-web-1']);
    const { id } = host.engine.of('web')[0]!;
    await host.engine.remove(id);
    await round();
    expect(host.engine.running()).toEqual(['two-web-1']);
    const receipt = await receiptOf(view);
    expect(receipt.services[0]).toMatchObject({
      outcome: 'stopped',
      containers: [
        { id, name: 'shop-web-1', state: 'absent', stopped_by: 'someone_else' },
        { name: 'two-web-1', state: 'exited', stopped_by: 'window' },
      ],
    });
  });

  test('is reported in the status and the event log while the file names another project', async () => {
    await open('web');
    await rename('two');
    await round();
    await round();
    expect(host.power.seen.get('web')).toMatchObject({
      state: 'running',
      outdated: true,
      note: expect.stringContaining('it runs in project shop, and the compose file names two now'),
    });
    const events = await host.store.events.after(0, 100);
    expect(events.filter(({ type }) => type === 'service.outdated')).toMatchObject([
      { service: 'web', payload: { project: 'shop', file_project: 'two' } },
    ]);
  });

  test('has a lease file with its id in its own project, and none in the new one', async () => {
    await open('web');
    const { id } = host.engine.of('web')[0]!;
    await rename('two');
    await round();
    const files = host.guard.readFresh();
    expect(files.map(({ project, service }) => `${project}/${service}`)).toEqual(['shop/web']);
    const leases = host.power.leases.live('web');
    expect(await host.power.guardFiles.matches('web', leases)).toBe(true);
    expect(host.power.seen.get('web').containers).toMatchObject([{ id, held: true }]);
  });

  test('on a replaced Engine is residue in an unknown state, and its expired lease file stays', async () => {
    const view = await open('web');
    const goBack = host.engine.exchange();
    const receipt = await receiptOf(view);
    expect(receipt).toMatchObject({
      residue: ['web'],
      services: [{ outcome: 'left_running', state: 'unknown', stopped_at: null }],
    });
    expect(host.guard.leaseOf('web')!.deadline_ms).toBeLessThanOrEqual(Date.now());
    await round();
    expect(host.guard.leaseOf('web')).not.toBeNull();
    goBack();
    expect(host.engine.running()).toEqual(['shop-web-1']);
    await round();
    expect(
      host.engine.running(),
      'the first Engine is back, and the container has no lease',
    ).toEqual([]);
    expect(host.guard.leaseOf('web')).toBeNull();
  });

  test('is absent, and not reported as down before, if it was removed by hand from the same Engine', async () => {
    await rename('shop', { job: {}, web: {} });
    const view = await open('web');
    const { id } = host.engine.of('web')[0]!;
    await host.engine.remove(id);
    expect((await receiptOf(view)).services).toMatchObject([
      { outcome: 'stopped', state: 'absent', stopped_by: 'someone_else', containers: [{ id }] },
    ]);
  });
});

test('a round between the stop of a service that was removed from the file and its receipt forgets nothing', async () => {
  const view = await open('web');
  await rename('two', { job: {} });
  await round();
  await host.store.leases.release(view.window_id);
  await host.power.leases.refresh();
  await takeDownUnheld(host.power, ['web'], 'window', cause);
  await round();
  expect((await receiptOf(view)).services).toMatchObject([
    { outcome: 'stopped', stopped_by: 'window', containers: [{ name: 'shop-web-1' }] },
  ]);
  await round();
  expect(host.power.seen.all().map(({ name }) => name)).toEqual(['job']);
});

test('records that a worker left behind when it died after a receipt are deleted', async () => {
  const view = await open('web');
  const { containers } = host.power.seen.get('web');
  await receiptOf(view);
  await host.power.seen.see('web', { containers: containers! });
  await createWindowReconcile(host.power, {
    runs: async () => true,
    closeLate: async () => undefined,
  })();
  expect(host.power.seen.get('web').containers!.flatMap(({ windows }) => windows)).toEqual([]);
});

test('a job that exited before its window was open has its own end in the receipt', async () => {
  const { engine } = host;
  const { start } = engine;
  engine.start = async (id) => {
    await start(id);
    Object.assign(engine.of('job')[0]!, {
      state: 'exited',
      exit_code: 0,
      finished_at: host.time.now,
    });
  };
  const startedAt = host.time.now;
  const view = await open('job');
  host.time.now += minute;
  expect((await receiptOf(view)).services).toMatchObject([
    { outcome: 'done', exit_code: 0, stopped_at: iso(startedAt), stopped_by: 'itself' },
  ]);
});

test('a service that never ran for its window is reported as down before', async () => {
  const view = await open('web');
  await receiptOf(view);
  host.engine.start = async () => undefined;
  host.time.now += minute;
  const second = aWindow({
    ...view,
    window_id: newId('window'),
    state: 'open',
    receipt: null,
    requested_at: iso(host.time.now),
    opened_at: iso(host.time.now),
  });
  await host.store.windows.save(second, []);
  expect((await receiptOf(second)).services).toMatchObject([{ outcome: 'was_down' }]);
});
