import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { aService, iso, minute } from '../../domain/samples.ts';
import {
  adminToken,
  catalog,
  observation,
  seedStack,
  startGateway,
  view,
  type Gateway,
} from '../fixture.ts';

let gateway: Gateway;
let now: number;
beforeEach(async () => {
  now = Date.now();
  gateway = await startGateway({ deps: { clock: () => now } });
  await seedStack(gateway.store, now);
});
afterEach(() => gateway.close());

const ask = async (url: string) => {
  const answer = await gateway.inject({ url, headers: { 'x-vx11-token': adminToken } });
  return { status: answer.statusCode, body: answer.json() };
};

describe('GET /vx11/services', () => {
  test('shows the status of each service with its settings and what was seen of it', async () => {
    await gateway.store.services.saveCatalog(
      catalog([
        aService('web', { memory_bytes: 1024, cpus: 2, idle_ms: 5000, needs: ['db'] }),
        aService('db', { stray: 'report' }),
      ]),
      [],
    );
    const stop = {
      at: now - 1000,
      by: 'guard',
      forced: true,
      stop_ms: 90,
      exit_code: 137,
    } as const;
    await gateway.store.services.observe(
      [
        observation('web', { memory_bytes: 512, started_at: now - 5000, outdated: true }),
        observation('db', { state: 'exited', stop }),
      ],
      [],
      now,
    );
    const { services } = (await ask('/vx11/services')).body;
    const web = await ask('/vx11/services/web');
    expect(web.body).toEqual(services[0]);
    expect(web.body).toMatchObject({
      name: 'web',
      host: 'box',
      state: 'running',
      image: 'tiny',
      memory_bytes: 1024,
      cpus: 2,
      replicas: 1,
      idle_ms: 5000,
      default_ttl_ms: 10 * minute,
      max_ttl_ms: 60 * minute,
      stray: 'stop',
      depends_on: [{ service: 'db', condition: 'service_started', required: true }],
      memory_seen_bytes: 512,
      started_at: iso(now - 5000),
      outdated: true,
      last_stop: null,
    });
    expect(services[1]).toMatchObject({ name: 'db', last_stop: { ...stop, at: iso(stop.at) } });
  });

  test('a service of several hosts is found by its host, and an unknown one is 404', async () => {
    await gateway.store.services.saveCatalog(catalog([aService('web')], 'other'), []);
    const both = await ask('/vx11/services/web');
    expect(both).toMatchObject({ status: 422, body: { errors: [{ field: 'host' }] } });
    const other = await ask('/vx11/services/web?host=other');
    expect(other).toMatchObject({ status: 200, body: { host: 'other' } });
    expect(await ask('/vx11/services/nope')).toMatchObject({
      status: 404,
      body: { error: 'not_found', detail: expect.stringContaining('GET /vx11/services') },
    });
    expect((await ask('/vx11/services/db?host=other')).status).toBe(404);
  });
});

test('a window shows how far it can be extended', async () => {
  const open = view({ max_ttl_ms: 5 * minute });
  const queued = view({ target: 'db', state: 'queued', opened_at: null });
  for (const one of [open, queued]) await gateway.store.windows.request(one, []);
  const limit = iso(Date.parse(open.opened_at!) + 5 * minute);
  const of = async (url: string, field = 'windows') =>
    Object.fromEntries(
      (await ask(url)).body[field].map((one: Record<string, unknown>) => [
        one['target'],
        one['max_expires_at'],
      ]),
    );
  const wanted = { web: limit, db: null };
  expect(await of('/vx11/windows')).toEqual(wanted);
  expect(await of('/vx11/status')).toEqual(wanted);
  expect(await of('/operator/power/state', 'active_windows')).toEqual(wanted);
  expect((await ask(`/vx11/windows/${open.window_id}`)).body.max_expires_at).toBe(limit);
});

test('windows are filtered by owner, service, host and time', async () => {
  const made = [
    view({ target: 'web', owner: 'ada', requested_at: iso(now - 3000) }),
    view({
      target: 'db',
      services: ['db'],
      members: ['db'],
      owner: 'ada',
      requested_at: iso(now - 2000),
    }),
    view({ target: 'far', host: 'other', owner: 'ben', requested_at: iso(now - 1000) }),
  ];
  for (const one of made) await gateway.store.windows.request(one, []);
  const found = async (query: string) =>
    (await ask(`/vx11/windows?${query}`)).body.windows.map((one: { target: string }) => one.target);
  expect(await found('owner=ada')).toEqual(['db', 'web']);
  expect(await found('service=web')).toEqual(['far', 'web']);
  expect(await found('service=web&owner=ada&state=open')).toEqual(['web']);
  expect(await found('host=other')).toEqual(['far']);
  expect(await found(`from=${iso(now - 2000)}`)).toEqual(['far', 'db']);
  expect(await found(`from=${iso(now - 3000)}&to=${iso(now - 1000)}&service=web`)).toEqual(['web']);
  // a dependency that the window has started counts, too
  await gateway.store.windows.save({ ...made[0]!, members: ['db', 'web'] }, []);
  expect(await found('service=db')).toEqual(['db', 'web']);
  const page = (await ask('/vx11/windows?service=web&limit=1')).body;
  expect(await found(`service=web&cursor=${page.next_cursor}`)).toEqual(['web']);
});

test('GET /operator/capabilities says what exists, and which roles sleep', async () => {
  await gateway.store.services.saveCatalog(catalog([aService('spawner'), aService('web')]), []);
  expect((await ask('/operator/capabilities')).body).toMatchObject({
    ok: true,
    data: { operational_mode: 'solo_madre', dormant_services: ['spawner'] },
    features: { chat: true, audio: true, builder: false, colony: false },
    roles: expect.arrayContaining([
      { name: 'spawner', available: true },
      { name: 'shubniggurath', available: true },
    ]),
  });
});
