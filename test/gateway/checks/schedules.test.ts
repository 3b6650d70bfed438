import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CheckRunView, SuiteSummary } from '../../../contracts/checks.ts';
import type { ScheduleView } from '../../../contracts/schedule.ts';
import { VX11Error } from '../../../contracts/errors.ts';
import { readSchedules } from '../../../domain/checks/read-schedules.ts';
import { connectTemporal } from '../../../gateway/temporal/port.ts';
import { aService } from '../../domain/samples.ts';
import { adminToken, beat, catalog, startGateway, type Gateway } from '../fixture.ts';
import { vx11 } from '../../cli/fixture.ts';

const suites: SuiteSummary[] = [
  { name: 'web', kind: 'service', declared: true, services: ['web'], checks: 1, problems: [] },
];
const sources = [
  { name: 'nightly', suites: ['web'], cron: '30 2 * * 1-5', timezone: 'Europe/Madrid' },
  { name: 'often', every: '10m', open: 'never' },
  { name: 'off', every: '10m', paused: true },
  { name: 'wrong', every: 'often' },
];

let gateway: Gateway;
let operator: string;
let url: string;
const steered: string[] = [];
const started: CheckRunView[] = [];
let away = false;
beforeAll(async () => {
  const temporal = {
    ...connectTemporal('127.0.0.1:1', 'default'),
    async schedule(act: string, host: string, name: string, note: string) {
      if (away) throw new VX11Error('temporal_unavailable', 'it is away');
      steered.push(`${act} ${host}/${name}: ${note}`);
    },
    startChecks: async (run: CheckRunView) => void started.push(run),
    breaker: 'closed' as const,
  };
  gateway = await startGateway({ deps: { temporal } });
  const schedules = readSchedules(sources, suites);
  await gateway.store.services.saveCatalog(
    { ...catalog([aService('web')]), suites, schedules },
    [],
  );
  await beat(gateway.store);
  const next = [-1, 1, 2].map((hours) => new Date(Date.now() + hours * 3_600_000).toISOString());
  const kept = { name: 'nightly', spec: '{}', paused: false, note: null, next };
  await gateway.store.schedules.keep('box', { ...kept, skipped: 2, missed: 1 }, []);
  const never = { skipped: 0, missed: 0 };
  await gateway.store.schedules.keep('box', { ...kept, name: 'often', ...never }, []);
  await gateway.store.schedules.lost('box', 'nightly', []);
  operator = await gateway.token('operator');
  url = await gateway.app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(() => gateway.close());

const call = (method: 'GET' | 'POST', path: string, payload?: object, token = operator) =>
  gateway.inject({
    method,
    url: `/vx11/schedules${path}`,
    headers: { 'x-vx11-token': token },
    ...(payload !== undefined && { payload }),
  });
const listed = async () => {
  const { schedules } = (await call('GET', '')).json<{ schedules: ScheduleView[] }>();
  return new Map(schedules.map((one) => [one.name, one]));
};

test('schedules are listed with their next times, what was skipped, and what is wrong', async () => {
  const all = await listed();
  expect(all.get('nightly')).toMatchObject({
    cron: ['30 2 * * 1,2,3,4,5'],
    timezone: 'Europe/Madrid',
    paused: false,
    skipped: 2,
    missed: 2,
    problems: [],
  });
  expect(all.get('nightly')!.next).toHaveLength(2);
  expect(all.get('off')).toMatchObject({ paused: true, note: 'paused in the compose file' });
  expect(all.get('wrong')!.problems[0]).toContain('x-vx11.schedule.3.every');
});

describe('people', () => {
  test('pause a schedule and resume it, and the log has it', async () => {
    const paused = await call('POST', '/nightly/pause', { note: 'the move' });
    expect(paused.json()).toMatchObject({ paused: true, note: 'the move', next: [] });
    const resumed = await call('POST', '/nightly/resume', {});
    expect(resumed.json()).toMatchObject({ paused: false, note: null });
    expect(steered).toEqual([
      'pause box/nightly: the move',
      'resume box/nightly: resumed by a operator',
    ]);
    const events = await gateway.store.events.after(0, 100);
    const types = events.map(({ type }) => type).filter((type) => type.startsWith('schedule.'));
    expect(types).toEqual(['schedule.paused', 'schedule.resumed']);
  });
  test('run a schedule now, once for each key', async () => {
    const inject = () =>
      gateway.inject({
        method: 'POST',
        url: '/vx11/schedules/often/trigger',
        headers: { 'x-vx11-token': operator, 'idempotency-key': 'now' },
        payload: {},
      });
    const [first, again] = [await inject(), await inject()];
    expect(first.statusCode).toBe(202);
    expect(first.json()).toMatchObject({
      trigger: 'schedule',
      owner: 'a operator',
      suite: 'all',
      open: 'never',
    });
    expect(again.json()).toMatchObject({ run_id: first.json<CheckRunView>().run_id });
    expect(new Set(started.map(({ run_id }) => run_id)).size).toBe(1);
  });
  test.each([
    ['/nobody/pause', 404, 'schedule_not_found'],
    ['/wrong/trigger', 409, 'schedule_off'],
    ['/off/resume', 409, 'schedule_off'],
  ])('%s is answered with %d %s', async (path, status, error) => {
    const answer = await call('POST', path, {});
    expect(answer.statusCode).toBe(status);
    expect(answer.json()).toMatchObject({ error });
  });
  test('who may only read pauses nothing', async () => {
    const viewer = await gateway.token('viewer');
    expect((await call('POST', '/nightly/pause', {}, viewer)).statusCode).toBe(403);
    expect((await call('GET', '', undefined, viewer)).statusCode).toBe(200);
  });
  test('learn that Temporal is away, and nothing is written', async () => {
    away = true;
    const answer = await call('POST', '/nightly/pause', {});
    away = false;
    expect(answer.statusCode).toBe(503);
    expect((await listed()).get('nightly')).toMatchObject({ paused: false });
  });
});

describe('vx11 schedule', () => {
  const run = (...line: string[]) => vx11(line, { VX11_URL: url, VX11_TOKEN: adminToken });
  test('lists them, with what is wrong', async () => {
    const { code, out } = await run('schedule', 'list');
    expect(code).toBe(0);
    expect(out).toMatch(/nightly\s+web\s+30 2 \* \* 1,2,3,4,5 Europe\/Madrid/);
    expect(out).toMatch(/often\s+all\s+every 10m/);
    expect(out).toMatch(/off\s+all\s+every 10m\s+paused: paused in the compose file/);
    expect(out).toContain('"often" is not a duration');
  });
  test('pauses, resumes and triggers', async () => {
    expect((await run('schedule', 'pause', 'often', '--note', 'holiday')).out).toContain(
      'often is paused: holiday',
    );
    expect((await run('schedule', 'resume', 'often')).out).toContain('often runs again');
    expect((await run('schedule', 'trigger', 'nightly')).out).toMatch(/run-\w+ started/);
    const { code, err } = await run('schedule', 'pause', 'nobody');
    expect({ code, err }).toMatchObject({
      code: 3,
      err: expect.stringContaining('vx11 schedule list') as string,
    });
  });
});
