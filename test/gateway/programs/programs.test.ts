import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type {
  DiscoverAnswer,
  ProgramListAnswer,
  ProgramScan,
} from '../../../contracts/programs.ts';
import { connectTemporal } from '../../../gateway/temporal/port.ts';
import { programExample } from '../../../gateway/programs/examples.ts';
import type { KeptProgram } from '../../../store/programs/programs.ts';
import { aService } from '../../domain/samples.ts';
import { beat, catalog, startGateway, view, type Gateway } from '../fixture.ts';

const started: ProgramScan[] = [];
const away = connectTemporal('127.0.0.1:1', 'default');
const temporal = {
  ...away,
  startScan: async (scan: ProgramScan) => void started.push(scan),
  breaker: 'closed' as const,
};

/** A stack with hermes, which is awake on `box` for a minute. */
async function seeded(
  change: Parameters<typeof startGateway>[0] = {},
  isAwake = true,
): Promise<Gateway> {
  const one = await startGateway(change);
  await one.store.services.saveCatalog(catalog([aService('hermes'), aService('web')]), []);
  await beat(one.store);
  if (isAwake) await wake(one);
  return one;
}
async function wake({ store }: Gateway): Promise<void> {
  const window = view({ services: ['hermes'], members: ['hermes'], target: 'hermes' });
  await store.windows.save(window, []);
  const lease = { window_id: window.window_id, host: 'box', service: 'hermes' };
  const until = { deadline: Date.now() + 60_000, is_open: true };
  await store.leases.reserve(window.window_id, [{ ...lease, ...until }], Date.now());
}
const headersOf = async (one: Gateway, scope: 'operator' | 'viewer' = 'operator') => ({
  'x-vx11-token': await one.token(scope),
});
const discover = async (
  one: Gateway,
  payload: object = {},
  more: Record<string, string> = {},
  url = '/hermes/discover',
) => one.inject({ method: 'POST', url, headers: { ...(await headersOf(one)), ...more }, payload });

const kept = (change: Partial<KeptProgram> = {}): KeptProgram => {
  const { host: _host, ...finding } = programExample;
  return { ...finding, identity: null, asked: false, ...change };
};

let gateway: Gateway;
let headers: Record<string, string>;
beforeAll(async () => {
  gateway = await seeded({ deps: { temporal } });
  headers = await headersOf(gateway, 'viewer');
});
afterAll(() => gateway.close());

describe('a scan', () => {
  test.each(['/hermes/discover', '/vx11/hermes/discover'])(
    'is stored before its workflow starts, by %s',
    async (url) => {
      const one = await seeded({ deps: { temporal } });
      const answer = await discover(one, { refresh: true }, { 'x-correlation-id': 'desk-9' }, url);
      expect(answer.statusCode).toBe(200);
      const { status, scan, error, hint } = answer.json<DiscoverAnswer>();
      expect({ status, error, hint }).toEqual({ status: 'QUEUED', error: null, hint: null });
      expect(scan).toMatchObject({
        host: 'box',
        owner: 'a operator',
        correlation_id: 'desk-9',
        status: 'queued',
        refresh: true,
      });
      expect(started.at(-1)).toEqual(scan);
      expect(await one.store.programs.find(scan!.scan_id)).toEqual(scan);
      await one.close();
    },
  );
  test('that runs is the answer to a second request, and so is the first try of a key', async () => {
    const first = (
      await discover(gateway, {}, { 'idempotency-key': 'once' })
    ).json<DiscoverAnswer>();
    const again = (
      await discover(gateway, {}, { 'idempotency-key': 'once' })
    ).json<DiscoverAnswer>();
    const other = (await discover(gateway)).json<DiscoverAnswer>();
    expect([again.scan!.scan_id, other.scan!.scan_id]).toEqual([
      first.scan!.scan_id,
      first.scan!.scan_id,
    ]);
  });
  test('that refreshes joins one that does, too, but none that leaves out what is known', async () => {
    const one = await seeded({ deps: { temporal } });
    const idOf = async (body: object) =>
      (await discover(one, body)).json<DiscoverAnswer>().scan!.scan_id;
    const plain = await idOf({});
    const refreshing = await idOf({ refresh: true });
    expect(refreshing).not.toBe(plain);
    expect(await idOf({ refresh: true })).toBe(refreshing);
    expect(await idOf({})).toBe(plain);
    expect(await one.store.programs.live('box')).toMatchObject([
      { refresh: false },
      { refresh: true },
    ]);
    await one.close();
  });
  test('whose workflow cannot be started has failed, and says why', async () => {
    const lonely = await seeded();
    expect((await discover(lonely)).statusCode).toBe(503);
    const [scan] = await lonely.store.programs.newestScans();
    expect(scan).toMatchObject({ status: 'failed', cause: 'temporal_unavailable' });
    await lonely.close();
  });
});

describe('nothing is started', () => {
  test('while hermes sleeps, and the hint opens it', async () => {
    const asleep = await seeded({ deps: { temporal } }, false);
    const before = started.length;
    const answer = await discover(asleep, {}, { 'idempotency-key': 'early' });
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual({
      status: 'ERROR',
      scan: null,
      error: 'off_by_policy',
      hint:
        'hermes is asleep. Open it: POST /vx11/window/open {"target":"hermes","ttl_seconds":600}, ' +
        'or: vx11 open hermes --ttl 10m',
    });
    expect(started).toHaveLength(before);
    // a refusal does not use up the key
    await wake(asleep);
    const later = await discover(asleep, {}, { 'idempotency-key': 'early' });
    expect(later.json<DiscoverAnswer>().status).toBe('QUEUED');
    await asleep.close();
  });
  test('on a host where hermes sleeps, or without hermes in the file', async () => {
    await beat(gateway.store);
    const other = (await discover(gateway, { host: 'other' })).json<DiscoverAnswer>();
    expect(other).toMatchObject({
      error: 'off_by_policy',
      hint: expect.stringMatching(/no service `hermes`/) as string,
    });
    const bare = await startGateway({ deps: { temporal } });
    await bare.store.services.saveCatalog(catalog([aService('web')]), []);
    await beat(bare.store);
    expect((await discover(bare)).json<DiscoverAnswer>().hint).toMatch(/Add the one of VX11/);
    await bare.close();
  });
  test('while madre is away', async () => {
    const lonely = await startGateway({ deps: { temporal } });
    expect((await discover(lonely)).json()).toMatchObject({ error: 'madre_unavailable' });
    await lonely.close();
  });
  test('for a field that is not known', async () =>
    expect((await discover(gateway, { allow_web: true })).statusCode).toBe(422));
});

describe('the programs', () => {
  beforeAll(async () => {
    await gateway.store.programs.replace('box', [
      kept(),
      kept({ name: 'git', category: 'version-control', version: '2.39.5' }),
      kept({ name: 'jq', category: 'utilities', usable: false, reason: 'it is not executable' }),
      kept({ name: 'git', category: 'version-control', root: 'host' }),
    ]);
    await gateway.store.programs.replace('other', [
      kept({ name: 'git', category: 'version-control' }),
    ]);
  });
  const list = async (query: string, url = '/hermes/clis') => {
    const answer = await gateway.inject({ method: 'GET', url: `${url}?${query}`, headers });
    expect(answer.statusCode).toBe(200);
    return answer.json<ProgramListAnswer>();
  };
  const names = async (query: string) =>
    (await list(query)).programs.map(({ name, host, root }) => `${name} ${host} ${root}`);

  test.each([
    ['', ['git box host', 'git box image', 'git other image', 'jq box image', 'npm box image']],
    ['category=version-control&host=box', ['git box host', 'git box image']],
    ['usable=false', ['jq box image']],
    ['usable=true&name=git&host=other', ['git other image']],
    ['name=docker', []],
  ])('that match %j are read from the store, also while hermes sleeps', async (query, expected) =>
    expect(await names(query)).toEqual(expected),
  );
  test('are shown with the newest scan of each host, and without what only madre needs', async () => {
    const { programs, scans } = await list('name=npm', '/vx11/hermes/clis');
    expect(programs).toEqual([programExample]);
    expect(scans).toHaveLength(1);
    expect((await list('host=nowhere')).scans).toEqual([]);
  });
  test.each(['category=nope', 'usable=yes', 'name=%2Fbin%2Fsh', 'limit=3'])(
    'are refused for the query %s',
    async (query) => {
      const url = `/hermes/clis?${query}`;
      expect((await gateway.inject({ method: 'GET', url, headers })).statusCode).toBe(422);
    },
  );
});
