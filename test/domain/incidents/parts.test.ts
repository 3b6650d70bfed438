import { describe, expect, test } from 'vitest';
import { previewOf } from '../../../domain/incidents/actions.ts';
import { ants } from '../../../domain/incidents/ants/table.ts';
import { afterRound, dueAnts, newState, type LookEnd } from '../../../domain/incidents/due.ts';
import type { Memory } from '../../../domain/incidents/memory.ts';
import { lineTest } from '../../../domain/incidents/pattern.ts';
import { readAntSettings } from '../../../domain/incidents/settings.ts';
import { eventsOf } from '../../../domain/incidents/storm.ts';
import { triageOf } from '../../../domain/incidents/triage.ts';
import { busiest } from '../../../domain/incidents/busiest.ts';
import { AHost, sighting } from './a-host.ts';

const now = Date.parse('2026-11-29T12:00:00.000Z');

describe('a line', () => {
  test.each([
    ['ERROR', 'an ERROR here', true],
    ['ERROR', 'an error here', false],
    ['a*b', 'xxaxxbxx', true],
    ['a*b', 'xxbxxaxx', false],
    ['a*a', 'a', false],
    ['*', '', true],
  ])('that contains %s: %s is %s', (pattern, line, expected) =>
    expect(lineTest(pattern)(line)).toBe(expected),
  );
});

test.each([1, 7, 60, 360])(
  'lines within ten minutes are as many for looks %i minutes apart',
  (everyMinutes) => {
    const minute = 60_000;
    const within_ms = 10 * minute;
    // two minutes apart, five times; then one every eleven minutes
    const times = [1, 3, 5, 7, 9, ...Array.from({ length: 30 }, (_, nth) => 30 + 11 * nth)];
    const counts: number[] = [];
    let kept: number[] = [];
    for (let at = everyMinutes; at <= 360; at += everyMinutes) {
      const until = at * minute;
      const all = times.map((one) => one * minute);
      const fresh = all.filter((one) => one <= until && one > until - everyMinutes * minute);
      counts.push(busiest(kept, fresh, { within_ms, now: until }));
      kept = [...kept, ...fresh].filter((one) => one > until - within_ms);
    }
    expect(Math.max(...counts)).toBe(5);
    if (everyMinutes < 60) expect(counts.at(-1)).toBeLessThanOrEqual(1);
  },
);

describe('settings', () => {
  test('have durations in words', () => {
    const given = { backups: [{ path: 'dumps', max_age: '26h' }] };
    expect(readAntSettings(given).backups).toEqual([{ path: 'dumps', max_age_ms: 93_600_000 }]);
    expect(readAntSettings(undefined)).toEqual({
      certificates: [],
      logs: [],
      backups: [],
      disks: [],
      images: true,
      unhealthy_after_ms: 60_000,
    });
  });
  test.each([
    [
      { logs: [{ name: 'a', service: 'web', contains: 'x', within: '48h' }] },
      /within is 1s to 24h, and not 48h/,
    ],
    [{ backups: [{ path: 'dumps', max_age: 'soon' }] }, /soon is not a duration/],
    [{ certificates: [{ address: 'web' }] }, /certificates.0.address: must be host:port/],
    [{ pheromones: 1 }, /x-vx11.ants/],
  ])('that are wrong say what: %j', (given, problem) =>
    expect(() => readAntSettings(given)).toThrow(problem),
  );
});

// uptime-kuma#4779, robusta#850
test('300 incidents in one round are one event with counts, and none is lost', () => {
  const host = new AHost();
  const all = Array.from({ length: 300 }, (_, nth) => sighting({ service: `s${nth}` }));
  host.look(all);
  host.look(all);
  const { announced } = host.look(all);
  const events = eventsOf(announced, now);
  expect(host.list).toHaveLength(300);
  expect(events).toMatchObject([
    {
      type: 'incident.storm',
      payload: { change: 'incident.opened', count: 300, kinds: { unhealthy: 300 } },
    },
  ]);
  expect(JSON.stringify(events).length).toBeLessThan(4096);
  expect(eventsOf(announced.slice(0, 10), now)).toHaveLength(10);
});

test('each kind has a lane', () => {
  expect(triageOf({ kind: 'cpu', severity: 'high' })).toEqual({
    domain: 'execution',
    intent_type: 'stabilize_cpu',
    urgency: 'high',
  });
  expect(triageOf({ kind: 'store', severity: 'critical' })).toMatchObject({
    domain: 'db',
    intent_type: 'db_sanity',
    urgency: 'critical',
  });
  for (const kind of ['drift', 'files'] as const)
    expect(triageOf({ kind, severity: 'warn' })).toEqual({
      domain: 'structure',
      intent_type: 'fs_drift',
      urgency: 'medium',
    });
  expect(triageOf({ kind: 'oom', severity: 'warn' })).toMatchObject({ intent_type: 'oom' });
});

test('actions become one plan, of services that are awake', () => {
  const find = (name: string) =>
    name === 'nope' ? null : { isCore: name === 'madre', isAsleep: name === 'db' };
  const reasons = previewOf(
    [
      { action: 'move_duplicate', target: 'web' },
      { action: 'restart', target: 'nope' },
      { action: 'restart', target: 'madre' },
      { action: 'restart', target: 'db' },
      { action: 'restart', target: 'web' },
      { action: 'stop', target: 'web' },
      { action: 'restart', target: 'api' },
    ],
    find,
  ).map(({ reason }) => reason);
  expect(reasons).toEqual([
    'action_not_allowed',
    'service_not_allowed',
    'core_service',
    'off_by_policy',
    null,
    'one_kind_at_a_time',
    null,
  ]);
});

describe('the looks that are due', () => {
  const [first, ...others] = ants;
  const states = new Map(
    ants.map((ant) => [ant.name, { ...newState(ant, now), next_look_at: now + 60_000 }]),
  );
  const none = { at: now, memories: [] as Memory[], woken: new Set<string>() };
  const pending = (ant: string): Memory => ({
    ...sighting(),
    ant,
    bad_looks: 1,
    bad_since: now,
    good_looks: 0,
    good_since: null,
    looks: 'b',
    last_look_at: now,
    open: false,
    flapping: false,
    clear: { looks: 3, ms: 0 },
  });
  const due = (change: Partial<typeof none>) => dueAnts(ants, states, { ...none, ...change });

  test('are those of new ants, and those whose time has come', () => {
    expect(dueAnts(ants, new Map(), none)).toEqual(ants);
    expect(due({})).toEqual([]);
    expect(due({ at: now + 60_000 })).toEqual(ants);
  });
  test('are those that decide something, and those that the Engine wakes', () => {
    expect(due({ memories: [pending('health')] }).map(({ name }) => name)).toEqual(['health']);
    expect(due({ woken: new Set(['oom']) }).map(({ name }) => name)).toEqual(['oom']);
    // looking for leftovers is too expensive for that
    expect(due({ memories: [pending('dangling')] })).toEqual([]);
  });
  test('are soon those of drift, after a change by hand and again if it saw something', () => {
    const drift = ants.find(({ name }) => name === 'drift')!;
    const last = { ...newState(drift, now), last_look_at: now, next_look_at: now + 300_000 };
    const at = (seconds: number, change: Partial<typeof none>, cost_ms = 100): boolean => {
      const known = new Map([['drift', { ...last, cost_ms }]]);
      return dueAnts([drift], known, { ...none, at: now + seconds * 1000, ...change }).length > 0;
    };
    const woken = { woken: new Set(['drift']) };
    expect([at(14, woken), at(15, woken)]).toEqual([false, true]);
    // of a large stack only as often as the budget allows, but the second look comes at once
    expect([at(49, woken, 1000), at(50, woken, 1000)]).toEqual([false, true]);
    const seen = { memories: [pending('drift')] };
    expect([at(14, seen, 1000), at(15, seen, 1000)]).toEqual([false, true]);
    // a service that is paused, so that the last look at it did not count, is no reason
    const paused = { memories: [{ ...pending('drift'), last_look_at: now - 1 }] };
    expect(at(60, paused)).toBe(false);
  });
  test('come later after a failure, and three times as late under pressure', () => {
    const failed: LookEnd = { took_ms: 1, hits: 0, error: 'no' };
    const good: LookEnd = { took_ms: 1, hits: 1, error: null };
    const after = (end: LookEnd, pressed = false) =>
      afterRound(ants, states, new Map([[first!.name, end]]), {
        at: now,
        pressed,
        random: () => 0.5,
      });
    const [bad, ...same] = after(failed);
    expect(bad).toMatchObject({ failures: 1, last_error: 'no', next_look_at: now + 5000 });
    expect(same.map(({ next_look_at }) => next_look_at)).toEqual(others.map(() => now + 60_000));
    const [calm] = after(good);
    const [busy] = after(good, true);
    expect(calm).toMatchObject({ last_look_at: now, last_hit_at: now, failures: 0 });
    expect((busy!.next_look_at - now) / (calm!.next_look_at - now)).toBeCloseTo(3);
  });
});
