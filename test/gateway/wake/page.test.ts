import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { aService, iso, minute } from '../../domain/samples.ts';
import { catalog, view } from '../fixture.ts';
import { startWake, wakeRule } from './fixture.ts';

const evil = '<script>alert(1)</script>"\'&';

test('the page says what is starting, how far it is and since when, without a script or a foreign asset', async () => {
  const wake = await startWake();
  const at = iso(Date.now() - 12_000);
  const opening = view({
    state: 'opening',
    opened_at: null,
    expires_at: null,
    requested_at: at,
    members: ['db', 'web'],
    waiting_for: 'web:1: pulling 43 %, 210 of 480 MB',
  });
  await wake.store.windows.request({ ...opening, state: 'requested' }, []);
  await wake.store.windows.save(opening, []);
  const { body, headers } = await wake.get('/api/strategies/dynamic?names=web');
  expect(body).toContain('web:1: pulling 43 %, 210 of 480 MB');
  expect(body).toMatch(/for 1[2-9] s/);
  expect(body).toContain('<li>db: off_by_policy</li>');
  expect(body).not.toMatch(/<script|<link|<img|https?:|url\(|@import|\son\w+=/i);
  expect(body).toContain('color-scheme:light dark');
  expect(headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-/);
  expect(headers['cache-control']).toBe('no-store');
});

test.each([
  [[40, 8], null],
  [[40, 8, 9], 'usually 9 s'],
])('after windows that took %j s to open, the page says that it takes: %s', async (took, usual) => {
  const wake = await startWake();
  for (const [nth, seconds] of took.entries()) {
    const asked = Date.now() - 600_000 + nth;
    const window = view({
      window_id: `window-00000000000000${nth}0`,
      state: 'requested',
      opened_at: null,
      expires_at: null,
      requested_at: iso(asked),
    });
    await wake.store.windows.request(window, []);
    const at = iso(asked + seconds * 1000);
    const closed = { ...window, state: 'closed', opened_at: at, closed_at: at } as const;
    await wake.store.windows.save(closed, []);
  }
  const opening = view({ state: 'opening', opened_at: null, expires_at: null });
  await wake.store.windows.request({ ...opening, state: 'requested' }, []);
  await wake.store.windows.save(opening, []);
  // what the first page has to read is in the next one
  await wake.get('/wake/auth?names=web');
  await setTimeout(200);
  const { body } = await wake.get('/wake/auth?names=web');
  expect(/usually \d+ s/.exec(body)?.[0] ?? null).toBe(usual);
});

test('texts of the stack and of the request are shown as text', async () => {
  const wake = await startWake();
  const opening = view({
    state: 'opening',
    opened_at: null,
    expires_at: null,
    waiting_for: evil,
  });
  await wake.store.windows.request({ ...opening, state: 'requested' }, []);
  await wake.store.windows.save(opening, []);
  const name = encodeURIComponent(`${evil}\u0000\u202e`);
  const { body } = await wake.get(`/api/strategies/dynamic?names=web&display_name=${name}`);
  expect(body).not.toContain('<script');
  for (const hidden of ['\u0000', '\u202e']) expect(body).not.toContain(hidden);
  expect(body.match(/&lt;script&gt;alert\(1\)/g)?.length).toBeGreaterThanOrEqual(2);
});

test('it has 10 KB at most, whatever is in it', async () => {
  const names = Array.from({ length: 20 }, (_, at) => `${'s'.repeat(190)}${at}`);
  const wake = await startWake();
  const services = names.map((name) => aService(name, { wake: wakeRule({ groups: ['all'] }) }));
  await wake.store.services.saveCatalog(catalog(services), []);
  for (const target of names) {
    const opening = view({
      target,
      state: 'opening',
      opened_at: null,
      expires_at: null,
      members: names,
      waiting_for: '&'.repeat(500),
    });
    await wake.store.windows.request({ ...opening, state: 'requested' }, []);
    await wake.store.windows.save(opening, []);
  }
  const long = encodeURIComponent('&'.repeat(500));
  const { body } = await wake.get(`/api/strategies/dynamic?group=all&display_name=${long}`);
  expect(Buffer.byteLength(body)).toBeLessThanOrEqual(10_240);
  expect(body).toMatch(/and \d+ more/);
});

test('details can be left out, and the page loads again as often as asked, within limits', async () => {
  const wake = await startWake();
  const page = async (query: string) =>
    (await wake.get(`/api/strategies/dynamic?names=web&${query}`)).body;
  const plain = await page('show_details=false&refresh_frequency=2s');
  expect(plain).not.toContain('<ul>');
  expect(plain).toContain('content="2"');
  expect(await page('refresh_frequency=24h&theme=no-such-theme')).toContain('content="60"');
});

test('a page in three states has a heading for each', async () => {
  const wake = await startWake();
  const title = async (agent: string) => {
    const { body } = await wake.get('/wake/auth?names=web', { 'User-Agent': agent });
    return /<h1[^>]*>(.*)<\/h1>/.exec(body)?.[1];
  };
  expect(await title('Uptime-Kuma')).toBe('web is asleep');
  expect(await title('Firefox')).toBe('web is starting');
  const problem = { error: 'unsupported', detail: 'models are not supported' } as const;
  const broken = aService('web', { wake: wakeRule(), problem });
  await wake.store.services.saveCatalog(catalog([broken]), []);
  expect(await title('Firefox')).toBe('web cannot start now');
});

test('a window that closes is not asked again until it has ended', async () => {
  const wake = await startWake();
  await wake.awake('web', { state: 'closing', expires_at: iso(Date.now() + minute) });
  await wake.store.leases.release((await wake.store.windows.live())[0]!.window_id);
  const { body } = await wake.get('/api/strategies/dynamic?names=web');
  expect(body).toContain('its last window is closing');
  expect(wake.opened).toEqual([]);
});
