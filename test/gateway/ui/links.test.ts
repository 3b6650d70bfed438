import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { adminToken, startGateway, type Gateway } from '../fixture.ts';
import { openStore, type Store } from '../../../store/index.ts';
import { linkCode, signIn, start } from './sign-in.ts';

const day = 86_400_000;
let gateway: Gateway;
/** A gateway over the same store with another admin token in its environment. */
let another: Gateway;
let store: Store;
let now = Date.now();
let viewer: string;

beforeAll(async () => {
  const clock = () => now;
  gateway = await startGateway({ deps: { clock } });
  store = await openStore(`sqlite:${gateway.storeFile}`);
  another = await startGateway({
    config: { adminToken: 'another-admin-token' },
    deps: { clock, store: () => store },
  });
  viewer = await gateway.token('viewer');
});
afterAll(async () => {
  await another.close();
  await store.close();
  await gateway.close();
});

const asViewer = () => ({ 'x-vx11-token': viewer });
const asAdmin = { 'x-vx11-token': adminToken };
const exchange = async (code: string, headers = {}, at = gateway) => {
  const answer = await start(at, { payload: { code }, headers });
  return { status: answer.statusCode, error: answer.json<{ error?: string }>().error ?? null };
};
const signedIn = { status: 201, error: null };
const refused = { status: 403, error: 'link_not_accepted' };
const scopeOf = async (headers: Record<string, string>, at = gateway) =>
  (await at.inject({ url: '/vx11/session', headers })).json<{ scope?: string }>().scope ?? null;

test('a link carries its code in the fragment of the address of the UI, which browsers send to no server', async () => {
  const answer = await gateway.inject({
    method: 'POST',
    url: '/vx11/session/links',
    headers: asViewer(),
  });
  const { code, path, expires_at } = answer.json<Record<string, string>>();
  expect(answer.statusCode).toBe(201);
  expect(code).toMatch(/^[\w-]{22}$/);
  expect(path).toBe(`/operator/ui/#k=${code}`);
  expect(expires_at).toBe(new Date(now + 60_000).toISOString());
  const newest = await gateway.store.events.newest();
  const [event] = await gateway.store.events.after(newest - 1, 1);
  expect(event).toMatchObject({ type: 'web_session.link_created', actor: 'a viewer' });
  expect(JSON.stringify(event) + gateway.log.join('')).not.toContain(code);
});

test('a link signs in with the rights of the token that made it', async () => {
  for (const [headers, scope] of [
    [asViewer(), 'viewer'],
    [asAdmin, 'admin'],
  ] as const) {
    const browser = await signIn(gateway, { code: await linkCode(gateway, headers) });
    expect(await scopeOf(browser.headers)).toBe(scope);
    expect(Date.parse(browser.expires_at)).toBe(now + 7 * day);
  }
});

test('a link signs in behind a proxy with credentials of its own', async () => {
  const code = await linkCode(gateway, asViewer());
  expect(await exchange(code, { authorization: 'Basic YTpi' })).toEqual(signedIn);
});

describe('a link is refused', () => {
  test('the second time', async () => {
    const code = await linkCode(gateway, asViewer());
    expect(await exchange(code)).toEqual(signedIn);
    expect(await exchange(code)).toEqual(refused);
  });

  test('to all but one of those who use it at once, through two gateways', async () => {
    for (let round = 0; round < 5; round += 1) {
      const code = await linkCode(gateway, asViewer());
      const answers = await Promise.all(
        Array.from({ length: 8 }, (_, nth) => exchange(code, {}, nth % 2 ? another : gateway)),
      );
      expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
      expect(answers.filter(({ error }) => error === 'link_not_accepted')).toHaveLength(7);
    }
  });

  test('after 60 seconds', async () => {
    const [first, second] = [
      await linkCode(gateway, asViewer()),
      await linkCode(gateway, asViewer()),
    ];
    now += 59_999;
    expect(await exchange(first)).toEqual(signedIn);
    now += 1;
    expect(await exchange(second)).toEqual(refused);
  });

  test('if it was never made', async () => {
    expect(await exchange('A'.repeat(22))).toEqual(refused);
  });

  test('once its token has ended', async () => {
    const token = await gateway.token('operator', { expires_at: now + 1000 });
    const code = await linkCode(gateway, { 'x-vx11-token': token });
    now += 1000;
    expect(await exchange(code)).toEqual(refused);
  });

  test('from a page elsewhere', async () => {
    const code = await linkCode(gateway, asViewer());
    const elsewhere = { status: 403, error: 'origin_not_allowed' };
    expect(await exchange(code, { 'sec-fetch-site': 'same-site' })).toEqual(elsewhere);
    expect(await exchange(code, { origin: 'http://localhost:9000' })).toEqual(elsewhere);
    expect(await exchange(code, { 'sec-fetch-site': 'same-origin' })).toEqual(signedIn);
  });
});

test('a link that a session makes starts no session that lasts longer', async () => {
  const first = await signIn(gateway, { token: viewer });
  for (const at = now; now < at + day / 2; now += day / 4) await scopeOf(first.headers);
  const code = await linkCode(gateway, first.headers);
  const second = await signIn(gateway, { code });
  expect(second.expires_at).toBe(first.expires_at);
  expect(await scopeOf(second.headers)).toBe('viewer');
});

test('a new admin token in the environment ends the sessions and the links of the one before', async () => {
  const browser = await signIn(gateway, { token: adminToken });
  const code = await linkCode(gateway, asAdmin);
  expect(await scopeOf(browser.headers, another)).toBeNull();
  expect(await exchange(code, {}, another)).toEqual(refused);
  expect(await scopeOf(browser.headers)).toBe('admin');
  const theirs = await signIn(another, { token: 'another-admin-token' });
  expect(await scopeOf(theirs.headers, another)).toBe('admin');
  expect(await scopeOf(theirs.headers)).toBeNull();
});
