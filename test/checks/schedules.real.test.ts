import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { CheckRunView } from '../../contracts/checks.ts';
import type { ScheduleView } from '../../contracts/schedule.ts';
import { startStack, type TestStack } from '../stack/stack.ts';
import { until } from '../stack/wait.ts';

const services = {
  web: {},
  // so long that the next firings find the run before
  slow: { 'x-vx11': { checks: [{ name: 'stays', container: 'slow', for: '7s' }] } },
  shy: { 'x-vx11': { auto_open: false, checks: [{ name: 'runs', container: 'shy' }] } },
};
const often = { name: 'often', suites: ['web'], every: '4s' };
const busy = { name: 'busy', suites: ['slow'], every: '2s', paused: true };
const file = (...schedule: object[]) => ({ 'x-vx11': { schedule } });

let stack: TestStack;
beforeAll(async () => {
  stack = await startStack({
    temporalAddress: inject('temporalAddress'),
    services,
    top: file(often, busy, { name: 'all', every: '1h' }, { name: 'wrong', cron: '61 * * * *' }),
  });
});
afterAll(() => stack?.destroy());

const schedules = async (): Promise<Map<string, ScheduleView>> => {
  const { body } = await stack.call('GET', '/vx11/schedules');
  return new Map((body.schedules as ScheduleView[]).map((one) => [one.name, one]));
};
const runsOf = async (suite: string): Promise<CheckRunView[]> =>
  (await stack.call('GET', `/vx11/checks?suite=${suite}`)).body.runs;
const ended = async (suite: string, count: number): Promise<CheckRunView[]> => {
  let runs: CheckRunView[] = [];
  await until(
    `${suite} has run`,
    async () => {
      runs = (await runsOf(suite)).filter(({ finished_at }) => finished_at !== null);
      return runs.length >= count;
    },
    60_000,
  );
  return runs;
};
const steer = (name: string, act: string) =>
  stack.call('POST', `/vx11/schedules/${name}/${act}`, {});

test('a schedule fires, its runs are ordinary ones, and each closes its window', async () => {
  const runs = await ended('web', 2);
  for (const run of runs)
    expect(run).toMatchObject({
      status: 'passed',
      owner: 'schedule:often',
      trigger: 'schedule',
      residue: [],
    });
  const { body } = await stack.call('GET', `/vx11/windows/${runs[0]!.window_id}`);
  expect(body).toMatchObject({ state: 'closed', owner: 'schedule:often' });
  const one = (await schedules()).get('often')!;
  expect(one.next.length).toBeGreaterThan(0);
  expect(one.last_run_id).not.toBeNull();
  expect((await schedules()).get('wrong')!.problems[0]).toContain('"61" is no minute');
});

test('a firing is skipped while the run before it is under way', async () => {
  await stack.writeCompose(
    services,
    file(often, { ...busy, paused: false }, { name: 'all', every: '1h' }),
  );
  const runs = await ended('slow', 2);
  const [later, earlier] = runs.map(({ started_at, finished_at }) => [started_at!, finished_at!]);
  expect(later![0]! >= earlier![1]!).toBe(true);
  await until(
    'the skipped firings are counted',
    async () => (await schedules()).get('busy')!.skipped > 0,
    45_000,
  );
});

test('nothing fires while it is paused, or while madre is away; a killed madre resumes', async () => {
  expect((await steer('busy', 'pause')).body).toMatchObject({ paused: true });
  await until('a run is under way', async () =>
    (await runsOf('web')).some(({ finished_at }) => finished_at === null),
  );
  await stack.madre.kill();
  const before = (await runsOf('web')).length;
  stack.madre.start();
  await stack.ready();
  const runs = await ended('web', before + 1);
  expect(runs.filter(({ status }) => status !== 'passed')).toEqual([]);
  expect((await schedules()).get('busy')).toMatchObject({ paused: true });
});

test('run now starts a run of the caller, and leaves asleep what only people may wake', async () => {
  const { status, body } = await steer('all', 'trigger');
  expect(status).toBe(202);
  expect(body).toMatchObject({ owner: 'admin', trigger: 'schedule', suite: 'all' });
  await ended('all', 1);
  const { results } = (await stack.call('GET', `/vx11/checks/${body.run_id}`)).body;
  const of = (suite: string) => results.find((one: { suite: string }) => one.suite === suite);
  expect(of('shy')).toMatchObject({ status: 'off_by_policy' });
  expect(of('slow')).toMatchObject({ status: 'passed' });
});

test('a schedule ends with its line in the file, and nothing is left up', async () => {
  await stack.writeCompose(services, file());
  await until('no schedule is left', async () => (await schedules()).size === 0, 30_000);
  await until('the last run ended', async () =>
    (await runsOf('web')).every(({ finished_at }) => finished_at !== null),
  );
  const before = (await runsOf('web')).length;
  await sleep(6000);
  expect(await runsOf('web')).toHaveLength(before);
  expect(await stack.running()).toEqual([]);
});
