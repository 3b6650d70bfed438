import { afterEach, describe, expect, test } from 'vitest';
import { windowIdOf } from '../../../activities/schedules/attend.ts';
import { closed, opened } from '../../../domain/windows/window.ts';
import { iso, minute, noon } from '../../domain/samples.ts';
import { host, testScheduler, type TestScheduler } from './scheduler.ts';

const nightly = {
  name: 'nightly',
  services: ['web'],
  cron: '30 2 * * *',
  timezone: 'Europe/Madrid',
  ttl: '45m',
  reason: 'backup',
};
const hourly = { name: 'hourly', services: ['db'], cron: '0 * * * *', ttl: '40m' };
const instant = (at: number | null) => (at === null ? null : iso(at));

let one: TestScheduler;
afterEach(() => one.end());

/** The window of a time, as its workflow would have it by now. */
async function endWindow(id: string): Promise<void> {
  const view = (await one.store.windows.find(id))!;
  const open = opened(view, one.now, { started: ['db'], failed: [] });
  const receipt = { window_id: id, closed_by: 'deadline', reason: null, deadline: null } as const;
  const rest = { closed_at: iso(one.now), overrun_ms: null, services: [], residue: [] };
  await one.store.windows.save(closed(open, { ...receipt, ...rest }), []);
}

describe('a scheduled window', () => {
  test('opens at its time through an ordinary window, with an id of its own', async () => {
    one = await testScheduler(nightly);
    await one.round();
    expect(instant(await one.attend('nightly'))).toBe('2026-01-06T01:30:00.000Z');
    expect(one.started).toEqual([]);
    const next = await one.attend('nightly', '2026-01-06T01:30:00.000Z');
    expect(instant(next)).toBe('2026-01-07T01:30:00.000Z');
    const window_id = windowIdOf({ host, name: 'nightly' }, '2026-01-06T02:30');
    expect(one.started).toMatchObject([
      {
        window_id,
        kind: 'operator',
        services: ['web'],
        state: 'requested',
        owner: 'schedule:nightly',
        reason: 'backup',
        ttl_ms: 45 * minute,
      },
    ]);
    expect(await one.decided('nightly')).toEqual(['2026-01-06T02:30 opened']);
    const types = (await one.store.events.after(0, 100)).map(({ type }) => type);
    expect(types).toEqual(['schedule.changed', 'window.requested', 'schedule.opened']);
  });

  test('says that a time was moved on the day on which clocks skip it', async () => {
    one = await testScheduler(nightly);
    one.now = Date.parse('2026-03-28T12:00Z');
    await one.round();
    expect(instant(await one.attend('nightly'))).toBe('2026-03-29T01:00:00.000Z');
    await one.attend('nightly', '2026-03-29T01:00:00.000Z');
    expect(await one.store.windowSchedules.last(host, 'nightly', 1)).toMatchObject([
      {
        slot: '2026-03-29T02:30',
        outcome: 'opened',
        detail: 'moved: clocks skip its time on this day',
      },
    ]);
  });

  test('is skipped and neither extended nor doubled while its window before is open', async () => {
    one = await testScheduler({ ...hourly, ttl: '90m' });
    await one.round();
    await one.attend('hourly', noon + 60 * minute);
    await one.attend('hourly', noon + 120 * minute);
    expect(one.started).toHaveLength(1);
    await endWindow(one.started[0]!.window_id);
    await one.attend('hourly', noon + 180 * minute);
    expect(await one.decided('hourly')).toEqual([
      '2026-01-05T13:00 opened',
      '2026-01-05T14:00 skipped_open',
      '2026-01-05T15:00 opened',
    ]);
  });

  test('that was missed while VX11 was down opens till its original end, and never several', async () => {
    one = await testScheduler(hourly);
    await one.round();
    await one.attend('hourly', noon + 310 * minute);
    expect(one.started).toMatchObject([{ ttl_ms: 30 * minute }]);
    expect(await one.decided('hourly')).toEqual([
      ...['13:00', '14:00', '15:00', '16:00'].map((time) => `2026-01-05T${time} missed`),
      '2026-01-05T17:00 opened',
    ]);
    const missed = await one.store.events.after(0, 100);
    expect(missed.filter(({ type }) => type === 'schedule.missed')).toHaveLength(4);
  });

  test('that was missed for too long opens nothing, also after a very long time', async () => {
    one = await testScheduler({ ...hourly, cron: '* * * * *', ttl: '1m' });
    await one.round();
    const week = 7 * 24 * 60 * minute;
    await one.attend('hourly', noon + week + 59_000);
    expect(one.started).toEqual([]);
    expect((await one.decided('hourly')).length).toBeLessThanOrEqual(50);
    expect(await one.attend('hourly')).toBe(noon + week + minute);
  });

  test('that ran into a crash at any moment opens once', async () => {
    one = await testScheduler(hourly);
    await one.round();
    const due = noon + 60 * minute;
    const { windowSchedules, windows } = one.store;
    const calls: [object, string][] = [
      [windows, 'request'],
      [one.deps, 'startWindow'],
      [windowSchedules, 'decide'],
    ];
    for (const [of, name] of calls) {
      for (const after of [false, true]) {
        const object = of as Record<string, (...args: unknown[]) => Promise<unknown>>;
        const work = object[name]!;
        object[name] = async (...args) => {
          object[name] = work;
          if (after) await work(...args);
          throw new Error('killed');
        };
        await expect(one.attend('hourly', due)).rejects.toThrow('killed');
        object[name] = work;
      }
    }
    await one.attend('hourly', due + 35 * minute);
    expect(new Set(one.started.map(({ window_id }) => window_id)).size).toBe(1);
    expect(await one.decided('hourly')).toEqual(['2026-01-05T13:00 opened']);
    const { windows: all } = await windows.list({ limit: 10 });
    expect(all).toHaveLength(1);
  });

  test('of a service that left the file is refused, and says so', async () => {
    one = await testScheduler(hourly);
    await one.round();
    const { catalog } = one.deps.power;
    one.deps.power.catalog = {
      ...catalog,
      current: async () => ({ ...(await catalog.current()), services: [] }),
    };
    await one.attend('hourly', noon + 60 * minute);
    expect(one.started).toEqual([]);
    expect(await one.store.windowSchedules.last(host, 'hourly', 1)).toMatchObject([
      { outcome: 'refused', detail: 'no window can be opened for db any more' },
    ]);
  });
});

describe('while it is paused', () => {
  test('nothing opens, and what came meanwhile is not made up for', async () => {
    one = await testScheduler(hourly);
    await one.round();
    await one.store.windowSchedules.steer(
      host,
      'hourly',
      { paused: true, note: 'x', now: one.now },
      [],
    );
    expect(await one.attend('hourly', noon + 60 * minute)).toBeNull();
    const now = noon + 61 * minute;
    await one.store.windowSchedules.steer(host, 'hourly', { paused: false, note: null, now }, []);
    expect(await one.attend('hourly', now)).toBe(noon + 120 * minute);
    expect(one.started).toEqual([]);
    expect(await one.decided('hourly')).toEqual([]);
  });
});

describe('the round', () => {
  const kept = async () =>
    (await one.store.windowSchedules.list(host)).map(({ name, source, paused }) => ({
      name,
      source,
      paused,
    }));

  test('keeps what the file says: new, changed and removed ones; a pause by people stays', async () => {
    one = await testScheduler(nightly, hourly);
    await one.round();
    await one.round();
    expect(one.attended).toEqual([`${host}/hourly`, `${host}/nightly`]);
    await one.store.windowSchedules.steer(
      host,
      'hourly',
      { paused: true, note: 'x', now: noon },
      [],
    );
    one.sources = [{ ...hourly, ttl: '5m', cron: '15 * * * *' }];
    one.attended = [];
    await one.round();
    expect(await kept()).toEqual([{ name: 'hourly', source: 'file', paused: true }]);
    expect(one.attended).toEqual([`${host}/hourly`]);
    // a file that cannot be read removes nothing
    one.sources = [];
    one.error = 'broken';
    await one.round();
    expect(await kept()).toHaveLength(1);
  });

  test('starts a workflow again that is gone', async () => {
    one = await testScheduler(hourly);
    await one.round();
    one.running.clear();
    one.attended = [];
    await one.round();
    expect(one.attended).toEqual([`${host}/hourly`]);
  });

  test('leaves one of the API alone whose name the file has as well', async () => {
    one = await testScheduler();
    const [declared] = (await testSources(hourly)) ?? [];
    const api = { host, source: 'api', declared: declared!, owner: 'ada', owner_id: null } as const;
    await one.store.windowSchedules.put({ ...api, now: noon, mayBeKnown: false }, []);
    one.sources = [hourly];
    await one.round();
    expect(await kept()).toEqual([{ name: 'hourly', source: 'api', paused: false }]);
    one.sources = [];
    await one.round();
    expect(await kept()).toHaveLength(1);
  });
});

async function testSources(...sources: object[]) {
  const { readWindowSchedules } =
    await import('../../../domain/schedules/read-window-schedules.ts');
  return readWindowSchedules(sources, ['db', 'web']);
}
