import { beforeEach, expect, test } from 'vitest';
import { findContainers } from '../../../activities/power/host/containers.ts';
import { endWindow } from '../../../activities/power/closing.ts';
import { adoptStack } from '../../../activities/power/adopt-stack.ts';
import { observe } from '../../../activities/power/observe.ts';
import { iso, minute } from '../../domain/samples.ts';
import { cause, startHost, type OneHost } from './one-host.ts';

let host: OneHost;
beforeEach(async () => void (host = await startHost({ web: {} })));

const atDeadline = { closed_by: 'deadline', reason: null } as const;

test('a stop by the guard that no round has seen yet is in the receipt, and the note of the guard is removed', async () => {
  const { power, engine, guard, time } = host;
  await adoptStack(power);
  const view = await host.open(['web']);
  // the deadline passes, and the guard stops the container before the worker does
  time.now += 10 * minute + 800;
  const { id: container_id } = engine.put('web', {
    state: 'exited',
    exit_code: 137,
    finished_at: time.now,
  });
  const now = Date.now();
  const note = { service: 'web', container_id, deadline_ms: now, stopped_ms: now, forced: true };
  guard.files.writeEnded('shop', note);
  const stoppedAt = time.now;
  time.now += 60;

  const { receipt } = await endWindow(power, view, atDeadline, cause);
  expect(receipt).toMatchObject({ closed_by: 'guard', overrun_ms: 800, residue: [] });
  expect(receipt!.services).toMatchObject([
    { outcome: 'killed', forced: true, stopped_by: 'guard', stopped_at: iso(stoppedAt) },
  ]);
  expect(await power.guardFiles.endings()).toEqual([]);
});

test('no service counts as absent while the compose file cannot be read', async () => {
  const { engine, store } = host;
  engine.put('web');
  const view = await host.lease(['web']);
  const next = host.nextLife();
  await host.writeCompose(null);
  await next.catalog.current();
  await next.leases.refresh();
  expect(next.catalog.known()!.project).toBe('');

  await expect(findContainers(next)).rejects.toThrow('the compose file cannot be read');
  await expect(observe(next)).rejects.toThrow('the compose file cannot be read');
  await expect(endWindow(next, view, atDeadline, cause)).rejects.toThrow(
    'the compose file cannot be read',
  );
  expect(next.seen.all()).toEqual([]);
  expect(await store.windows.find(view.window_id)).toMatchObject({
    state: 'closing',
    receipt: null,
  });

  await host.writeCompose({ web: {} });
  await next.catalog.current();
  const ended = await endWindow(next, view, atDeadline, cause);
  expect(ended.receipt).toMatchObject({
    services: [{ container: 'shop-web-1', state: 'exited', outcome: 'stopped' }],
  });
  expect(engine.calls).toContain('stop shop-web-1');
});
