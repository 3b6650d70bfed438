import { MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, test } from 'vitest';
import type { ScheduleCalls, ScheduleDeps } from '../../../activities/checks/schedules/deps.ts';
import { createScheduleActivities } from '../../../activities/checks/schedules/fire.ts';
import { createScheduleRound } from '../../../activities/checks/schedules/round.ts';
import type { CheckRunView } from '../../../contracts/checks.ts';
import type { SeenSchedule } from '../../../contracts/schedule.ts';
import { startHost } from '../power/one-host.ts';

const nightly = { name: 'nightly', suites: ['web'], every: '1h' };
const fresh: SeenSchedule = { paused: false, note: null, next: [], skipped: 0, missed: 0 };

/** A host with schedules, and a Temporal that keeps them in memory. */
async function startSchedules(...schedule: object[]) {
  const top = { 'x-vx11': { schedule } };
  const host = await startHost({ web: {} }, { top });
  const temporal = new Map<string, SeenSchedule & { every: number | null }>();
  const asked: string[] = [];
  const newCalls = (): ScheduleCalls => ({
    async look(_host, name) {
      asked.push(`look ${name}`);
      return temporal.get(name) ?? null;
    },
    async write(_host, { name, paused, every_seconds: every }, state) {
      asked.push(`write ${name}`);
      const { paused: byPeople, note } = state;
      temporal.set(name, { ...fresh, paused: paused || byPeople, note, every });
    },
    async remove(_host, name) {
      asked.push(`remove ${name}`);
      temporal.delete(name);
    },
  });
  const started: CheckRunView[] = [];
  const fired: string[] = [];
  let calls = newCalls();
  const deps: ScheduleDeps = {
    power: host.power,
    calls: () => calls,
    runs: () => ({
      // every run ends at once
      async startChecks(run) {
        started.push(run);
        const finished_at = run.created_at;
        await host.store.checks.change(run.run_id, (view) => ({
          view: { ...view, status: 'passed', finished_at },
          events: [],
        }));
      },
    }),
    fired: (name, outcome) => void fired.push(`${name} ${outcome}`),
  };
  return {
    host,
    temporal,
    asked,
    started,
    fired,
    round: createScheduleRound(deps),
    fire: (firing = 'one', fired_at = host.time.now) =>
      new MockActivityEnvironment().run(createScheduleActivities(deps).runScheduled, {
        name: 'nightly',
        firing,
        fired_at,
      }),
    async write(...next: object[]) {
      top['x-vx11'].schedule = next;
      await host.writeCompose({ web: {} });
    },
    breakFile: () => host.writeCompose(null),
    reconnect: () => void (calls = newCalls()),
    events: async () =>
      (await host.store.events.after(0, 100))
        .map(({ type }) => type)
        .filter((type) => type.startsWith('schedule.')),
    kept: async () => (await host.store.schedules.list(host.power.host))[0],
  };
}

describe('the round', () => {
  test('creates a schedule, and then asks Temporal only now and then', async () => {
    const at = await startSchedules(nightly);
    await at.round();
    expect(at.temporal.get('nightly')).toMatchObject({ paused: false, every: 3600 });
    const asked = at.asked.length;
    await at.round();
    expect(at.asked).toHaveLength(asked);
    at.host.time.now += 31_000;
    at.temporal.set('nightly', { ...at.temporal.get('nightly')!, skipped: 4 });
    await at.round();
    expect(at.asked.slice(asked)).toEqual(['look nightly']);
    expect(await at.kept()).toMatchObject({ skipped: 4 });
    expect(await at.events()).toEqual(['schedule.changed']);
  });
  test('changes and removes what the file changes and drops', async () => {
    const at = await startSchedules(nightly);
    await at.round();
    await at.write({ ...nightly, every: '2h' });
    await at.round();
    expect(at.temporal.get('nightly')).toMatchObject({ every: 7200 });
    await at.write();
    await at.round();
    expect(at.temporal.size).toBe(0);
    expect(await at.kept()).toBeUndefined();
    expect(await at.events()).toEqual(['schedule.changed', 'schedule.changed', 'schedule.removed']);
  });
  test('stops one with a mistake, and keeps the pause that people gave it', async () => {
    const at = await startSchedules(nightly);
    await at.round();
    at.temporal.set('nightly', { ...fresh, paused: true, note: 'the move', every: 3600 });
    at.host.time.now += 31_000;
    await at.round();
    await at.write({ ...nightly, every: 'often' });
    await at.round();
    expect(at.temporal.size).toBe(0);
    const asked = at.asked.length;
    await at.round();
    await at.round();
    expect(at.asked.length - asked).toBeLessThan(2);
    await at.write(nightly);
    await at.round();
    expect(at.temporal.get('nightly')).toMatchObject({ paused: true, note: 'the move' });
  });
  test('removes nothing because of a file that cannot be read', async () => {
    const at = await startSchedules(nightly);
    await at.round();
    await at.breakFile();
    await at.round();
    expect([...at.temporal.keys()]).toEqual(['nightly']);
  });
  test('writes again what a new Temporal does not have', async () => {
    const at = await startSchedules(nightly);
    await at.round();
    at.temporal.clear();
    at.reconnect();
    await at.round();
    expect([...at.temporal.keys()]).toEqual(['nightly']);
    expect(await at.events()).toEqual(['schedule.changed']);
  });
});

describe('a firing', () => {
  test('is one run however often it is tried, and says who started it', async () => {
    const at = await startSchedules({ ...nightly, open: 'never', flaky: 'pass' });
    await at.round();
    const end = await at.fire();
    expect(await at.fire()).toEqual(end);
    expect(at.started).toHaveLength(1);
    expect(at.started[0]).toMatchObject({
      suite: 'web',
      owner: 'schedule:nightly',
      trigger: 'schedule',
      open: 'never',
      flaky: 'pass',
    });
    expect(at.fired).toEqual(['nightly started']);
    expect(await at.kept()).toMatchObject({ last_run_id: at.started[0]!.run_id, lost: 0 });
    expect(await at.host.store.checks.ownerOf(at.started[0]!.run_id)).toEqual({
      name: 'schedule:nightly',
      principal: null,
    });
  });
  test.each([
    ['waited too long for madre', async () => undefined, 301_000, 'madre was away'],
    [
      'has left the file',
      (at: Awaited<ReturnType<typeof startSchedules>>) => at.write(),
      0,
      'has no such schedule',
    ],
    [
      'has a mistake by now',
      (at: Awaited<ReturnType<typeof startSchedules>>) => at.write({ ...nightly, suites: ['wep'] }),
      0,
      'Did you mean web?',
    ],
  ] as const)('that %s starts nothing, and is counted', async (_, change, late, why) => {
    const at = await startSchedules(nightly);
    await at.round();
    await change(at);
    const end = await at.fire('one', at.host.time.now - late);
    expect(end).toMatchObject({ run_id: null, missed: expect.stringContaining(why) as string });
    expect(at.started).toEqual([]);
    expect(at.fired).toEqual(['nightly missed']);
    expect(await at.kept()).toMatchObject({ lost: 1 });
    expect(await at.events()).toContain('schedule.missed');
  });
});
