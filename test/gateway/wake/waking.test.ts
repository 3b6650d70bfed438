import { expect, test } from 'vitest';
import { VX11Error } from '../../../contracts/errors.ts';
import { connectTemporal } from '../../../gateway/temporal/port.ts';
import { aService, iso, minute } from '../../domain/samples.ts';
import { view } from '../fixture.ts';
import { openWith, startWake, wakeRule } from './fixture.ts';

const poke = '/api/strategies/poke?names=web';
const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

test('a hundred clients at once open one window, and all get through when it is open', async () => {
  const wake = await startWake({ onOpen: async (gateway) => void (await gateway.awake('web')) });
  const answers = await Promise.all(
    Array.from({ length: 100 }, () => wake.get('/wake/auth?names=web&wait=30s')),
  );
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  expect(wake.opened).toHaveLength(1);
  expect(await wake.store.windows.live()).toHaveLength(1);
});

test('a busy service is renewed once, and its owner is the listener', async () => {
  const wake = await startWake();
  await wake.awake('web', openWith(5 * minute));
  await Promise.all(Array.from({ length: 20 }, () => wake.get(poke)));
  await expect.poll(() => wake.extended.length).toBe(1);
  const [{ by_ms, actor, principal }] = wake.extended as [(typeof wake.extended)[0]];
  expect(Math.round(by_ms / minute)).toBe(5);
  expect({ actor, principal }).toEqual({ actor: 'wake:127.0.0.1:0', principal: 'wake' });
});

test('a window with enough time left is not touched, nor one that people opened for longer', async () => {
  const wake = await startWake();
  await wake.awake('web', openWith(9.5 * minute));
  await wake.awake('db', openWith(50 * minute));
  await wake.get('/api/strategies/poke?group=media');
  await later(50);
  expect([wake.extended, wake.opened]).toEqual([[], []]);
});

test('a window that people open at the same moment keeps its own deadline', async () => {
  const renewals: unknown[] = [];
  const wake = await startWake({
    temporal: {
      async keepWindow(_input, renew) {
        renewals.push(renew.ttl_ms);
        return { view: view(), clamped: false };
      },
    },
  });
  // requested by somebody else, and its gateway died before Temporal had it
  const asked = view({ state: 'requested', opened_at: null, expires_at: null });
  const old = { ...asked, requested_at: iso(Date.now() - minute) };
  await wake.store.windows.request(old, []);
  await wake.get(poke);
  await expect.poll(() => renewals).toEqual([null]);
});

test('a failed opening names itself with its reason, and is not repeated at once', async () => {
  const wake = await startWake();
  const failed = view({
    state: 'failed',
    opened_at: null,
    expires_at: null,
    closed_at: iso(Date.now()),
    services_failed: [
      { service: 'web', error: 'image_missing', detail: 'web:1 is in no registry; pull it' },
    ],
  });
  await wake.store.windows.request({ ...failed, state: 'requested' }, []);
  await wake.store.windows.save(failed, []);
  for (let nth = 0; nth < 5; nth += 1) {
    const page = await wake.get('/api/strategies/dynamic?names=web');
    expect(page.headers).toMatchObject({
      'x-sablier-session-status': 'not-ready',
      'retry-after': '30',
    });
    expect(page.body).toContain('image_missing');
    expect(page.body).toContain('web:1 is in no registry; pull it');
    expect(page.body).toContain('<meta http-equiv="refresh" content="30">');
  }
  const blocked = await wake.get('/api/strategies/blocking?names=web');
  expect(JSON.parse(blocked.body).session.instances[0]).toMatchObject({
    instance: { status: 'error' },
    error: 'image_missing: web:1 is in no registry; pull it',
  });
  expect(wake.opened).toEqual([]);
});

test('a host without room says so, and Temporal is not asked again for 30 s', async () => {
  let asked = 0;
  const wake = await startWake({
    temporal: {
      async keepWindow({ view: requested }) {
        asked += 1;
        const detail = '512 MiB of memory needed, 100 MiB free';
        const services_failed = [{ service: 'web', error: 'no_room' as const, detail }];
        const closed_at = iso(Date.now());
        const failed = { ...requested, state: 'failed' as const, services_failed, closed_at };
        await wake.store.windows.save(failed, []);
        return { view: failed, clamped: false };
      },
    },
  });
  await wake.get(poke);
  await expect.poll(async () => (await wake.get(poke)).body).toContain('no_room: 512 MiB');
  await Promise.all(Array.from({ length: 20 }, () => wake.get(poke)));
  expect(asked).toBe(1);
});

test('where nothing is known of what became of an opening, the reason is shown, not a storm made', async () => {
  let asked = 0;
  const wake = await startWake({
    temporal: {
      keepWindow() {
        asked += 1;
        return Promise.reject(new VX11Error('temporal_unavailable', 'Temporal did not answer.'));
      },
    },
  });
  await wake.get(poke);
  await expect.poll(async () => (await wake.get(poke)).body).toContain('temporal_unavailable');
  await Promise.all(Array.from({ length: 20 }, () => wake.get(poke)));
  expect(asked).toBe(1);
});

test('a Temporal that is away is named, and leaves no window that is only requested', async () => {
  const { keepWindow } = connectTemporal('127.0.0.1:1', 'default');
  const wake = await startWake({ temporal: { keepWindow } });
  await wake.get(poke);
  await expect
    .poll(async () => (await wake.get(poke)).body, { timeout: 20_000 })
    .toContain('temporal_unavailable');
  expect(await wake.store.windows.live()).toEqual([]);
});

test('while madre is away the page says so, and no window is written', async () => {
  const wake = await startWake();
  await wake.store.presence.beat({ process: 'madre', host: 'box', at: 1, detail: {} });
  await wake.get(poke);
  await expect
    .poll(async () => (await wake.get('/api/strategies/dynamic?names=web')).body)
    .toContain('madre_unavailable');
  expect(await wake.store.windows.live()).toEqual([]);
});

test('a monitor behind a proxy wakes nothing and renews nothing', async () => {
  const wake = await startWake();
  const agent = { 'User-Agent': 'uptime-kuma/1.23' };
  const asleep = await wake.get('/wake/auth?names=web&wait=5s', agent);
  expect(asleep.status).toBe(503);
  expect(asleep.body).toContain('off_by_policy');
  await wake.awake('web', openWith(5 * minute));
  expect((await wake.get('/wake/auth?names=web', agent)).status).toBe(200);
  await later(50);
  expect([wake.opened, wake.extended]).toEqual([[], []]);
  expect((await wake.get('/wake/auth?names=web', { 'User-Agent': 'Mozilla/5.0' })).status).toBe(
    200,
  );
  await expect.poll(() => wake.extended.length).toBe(1);
});

test('a service that another window holds is ready, and gets a window of its own', async () => {
  const wake = await startWake();
  await wake.awake('web', { kind: 'operator', target: null });
  expect((await wake.get('/wake/auth?names=web')).status).toBe(200);
  await expect.poll(() => wake.opened.length).toBe(1);
});

test('an unhealthy service is not ready, and says why', async () => {
  const wake = await startWake();
  await wake.awake('web', {}, { health: 'unhealthy', note: 'curl: (7) refused' });
  const answer = await wake.get('/wake/auth?names=web');
  expect(answer.status).toBe(503);
  expect(answer.body).toContain('curl: (7) refused');
});

test('forward auth answers 401 where the proxy wants that, and says when to ask again', async () => {
  const wake = await startWake();
  const answer = await wake.get('/wake/auth?names=web&code=401');
  expect(answer.status).toBe(401);
  expect(answer.headers).toMatchObject({
    'retry-after': '5',
    refresh: '5',
    'x-sablier-session-status': 'not-ready',
  });
  expect((await wake.get('/wake/auth?names=web&code=200')).status).toBe(400);
});

test('a name that two hosts have is refused, as nobody could say which one wakes', async () => {
  const wake = await startWake();
  const web = aService('web', { wake: wakeRule() });
  const other = (await wake.store.services.catalogs())[0]!;
  await wake.store.services.saveCatalog({ ...other, host: 'far', services: [web] }, []);
  const answer = await wake.get(poke);
  expect(answer.status).toBe(400);
  expect(answer.body).toContain('box and far');
});
