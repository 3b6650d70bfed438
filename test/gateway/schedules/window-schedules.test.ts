import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { WindowScheduleView } from '../../../contracts/window-schedule.ts';
import { readWindowSchedules } from '../../../domain/schedules/read-window-schedules.ts';
import { vx11 } from '../../cli/fixture.ts';
import { aService } from '../../domain/samples.ts';
import { adminToken, beat, catalog, startGateway, type Gateway } from '../fixture.ts';

const sources = [
  { name: 'nightly', services: ['web'], cron: '30 2 * * *', timezone: 'Europe/Madrid', ttl: '45m' },
  { name: 'off', services: ['web'], cron: '0 3 * * *', ttl: '5m', paused: true },
  { name: 'wrong', services: ['web'], cron: '0 3 * * *', ttl: 'soon' },
];

let gateway: Gateway;
let operator: string;
let url: string;
beforeAll(async () => {
  gateway = await startGateway();
  const window_schedules = readWindowSchedules(sources, ['web']);
  const known = catalog([aService('web'), aService('db'), aService('core', { tier: 'core' })]);
  await gateway.store.services.saveCatalog({ ...known, window_schedules }, []);
  for (const declared of window_schedules) {
    const one = { host: 'box', source: 'file', declared, owner: 'madre', owner_id: null } as const;
    await gateway.store.windowSchedules.put({ ...one, now: Date.now(), mayBeKnown: true }, []);
  }
  operator = await gateway.token('operator');
  url = await gateway.app.listen({ host: '127.0.0.1', port: 0 });
});
beforeEach(() => beat(gateway.store));
afterAll(() => gateway.close());

const call = (method: 'GET' | 'POST' | 'DELETE', path = '', payload?: object, token = operator) =>
  gateway.inject({
    method,
    url: `/vx11/schedules${path}`,
    headers: { 'x-vx11-token': token },
    ...(payload !== undefined && { payload }),
  });
const find = async (name: string): Promise<WindowScheduleView | undefined> =>
  (await call('GET'))
    .json<{ windows: WindowScheduleView[] }>()
    .windows.find((one) => one.name === name);
const backup = { name: 'backup', services: ['db'], cron: '30 2 29 3 *', ttl_seconds: 600 };

describe('scheduled windows', () => {
  test('of the file are listed with their next five times, and with what is wrong', async () => {
    const nightly = await find('nightly');
    expect(nightly).toMatchObject({ source: 'file', paused: false, ttl_seconds: 2700, last: [] });
    expect(nightly!.next).toHaveLength(5);
    for (const { at, local } of nightly!.next) {
      expect(local).toMatch(/T0[23]:[03]0:00\+0[12]:00$/);
      expect(Date.parse(local)).toBe(Date.parse(at));
    }
    expect(await find('off')).toMatchObject({
      note: 'paused in the compose file',
      paused_in_file: true,
      next: [],
    });
    expect((await find('wrong'))!.problems[0]).toContain('x-vx11.schedule.2.ttl');
  });

  test('are added, paused, resumed and removed, and the log has it', async () => {
    const zone = { timezone: 'Europe/Madrid', reason: 'nightly' };
    const added = await call('POST', '', { ...backup, ...zone });
    expect(added.statusCode).toBe(201);
    expect(added.json()).toMatchObject({
      name: 'backup',
      source: 'api',
      owner: 'a operator',
      cron: ['30 2 29 3 *'],
    });
    const moved = added.json<WindowScheduleView>().next.filter((one) => one.moved);
    for (const { local } of moved) expect(local).toMatch(/-03-29T03:00:00\+02:00$/);
    expect((await call('POST', '/backup/pause', { note: 'the move' })).json()).toMatchObject({
      paused: true,
      note: 'the move',
      next: [],
    });
    expect((await call('POST', '/backup/resume', {})).json()).toMatchObject({ paused: false });
    expect((await call('DELETE', '/backup')).json()).toMatchObject({ name: 'backup', next: [] });
    expect(await find('backup')).toBeUndefined();
    const types = (await gateway.store.events.after(0, 100)).map(({ type }) => type);
    expect(types.filter((type) => type.startsWith('schedule.'))).toEqual([
      'schedule.changed',
      'schedule.paused',
      'schedule.resumed',
      'schedule.removed',
    ]);
  });

  test.each([
    ['a name of the file', { name: 'nightly' }, 409, 'schedule_exists'],
    ['an unknown service', { services: ['nope'] }, 400, 'service_not_allowed'],
    ['a core service', { services: ['core'] }, 400, 'service_not_allowed'],
    ['a wrong expression', { cron: '61 * * * *' }, 422, 'invalid'],
    ['an unknown zone', { timezone: 'Mars' }, 422, 'invalid'],
    ['no TTL', { ttl_seconds: 0 }, 422, 'invalid'],
  ])('with %s is refused', async (_, change, status, error) => {
    const answer = await call('POST', '', { ...backup, ...change });
    expect(answer.json()).toMatchObject({ error });
    expect(answer.statusCode).toBe(status === 400 ? answer.statusCode : status);
    expect(await find('backup')).toBeUndefined();
  });

  test.each([
    ['DELETE', '/nightly', 409, 'schedule_in_file'],
    ['DELETE', '/nobody', 404, 'schedule_not_found'],
    ['POST', '/off/resume', 409, 'schedule_off'],
    ['POST', '/nightly/trigger', 404, 'schedule_not_found'],
  ] as const)('%s %s is answered with %d %s', async (method, path, status, error) => {
    const answer = await call(method, path, method === 'POST' ? {} : undefined);
    expect(answer.statusCode).toBe(status);
    expect(answer.json()).toMatchObject({ error });
  });

  test('who may only read adds nothing', async () => {
    const viewer = await gateway.token('viewer');
    expect((await call('POST', '', backup, viewer)).statusCode).toBe(403);
    expect((await call('DELETE', '/nightly', undefined, viewer)).statusCode).toBe(403);
  });

  test('one of the API whose name the file has later says so', async () => {
    await call('POST', '', { ...backup, name: 'twice' });
    const known = (await gateway.store.services.catalogOf('box'))!;
    const also = readWindowSchedules([{ ...sources[0], name: 'twice' }], ['web']);
    await gateway.store.services.saveCatalog({ ...known, window_schedules: also }, []);
    expect((await find('twice'))!.problems[0]).toContain('the compose file has a schedule');
    await gateway.store.services.saveCatalog(known, []);
    await call('DELETE', '/twice');
  });

  test('that several hosts have are steered and removed only by name and host', async () => {
    await call('POST', '', { ...backup, name: 'shared' });
    const { windowSchedules } = gateway.store;
    const [{ declared }] = (await windowSchedules.list('box')).filter(
      ({ name }) => name === 'shared',
    ) as [Awaited<ReturnType<typeof windowSchedules.list>>[number]];
    const other = { host: 'nas', source: 'api', declared, owner: 'ada', owner_id: null } as const;
    await windowSchedules.put({ ...other, now: Date.now(), mayBeKnown: false }, []);
    for (const [method, path, body] of [
      ['DELETE', '/shared', undefined],
      ['POST', '/shared/pause', {}],
    ] as const) {
      const refused = await call(method, path, body);
      expect(refused.statusCode).toBe(422);
      expect(refused.json()).toMatchObject({
        error: 'invalid',
        detail: 'shared is on several hosts; name one of them as host: box, nas.',
      });
    }
    const removed = await call('DELETE', '/shared?host=nas');
    expect(removed.json()).toMatchObject({ name: 'shared', host: 'nas' });
    expect((await call('DELETE', '/shared')).json()).toMatchObject({ host: 'box' });
  });
});

describe('vx11 schedule', () => {
  const run = (...line: string[]) => vx11(line, { VX11_URL: url, VX11_TOKEN: adminToken });
  test('adds a window, shows when it opens, pauses and removes it', async () => {
    const line = ['--cron', '0 4 * * *', '--ttl', '10m', '--zone', 'Europe/Madrid'];
    const added = await run('schedule', 'add', 'early', 'db', 'web', ...line);
    expect(added.out).toMatch(
      /early opens db, web for 10m\n {2}\d{4}-\d\d-\d\dT04:00:00\+0[12]:00/,
    );
    const { out } = await run('schedule');
    expect(out).toMatch(/early\s+db, web\s+0 4 \* \* \* Europe\/Madrid\s+10m/);
    expect((await run('schedule', 'pause', 'early')).out).toContain('early is paused');
    expect((await run('schedule', 'resume', 'early')).out).toContain('early runs again, next at');
    expect((await run('schedule', 'remove', 'early')).out).toContain('early is removed');
    const { code, err } = await run('schedule', 'remove', 'early');
    expect({ code, err }).toMatchObject({
      code: 3,
      err: expect.stringContaining('vx11 schedule list') as string,
    });
  });
});
