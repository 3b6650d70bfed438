import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openStore } from '../../../store/index.ts';
import { adminToken, seedStack, startGateway, type Gateway } from '../fixture.ts';
import { browserOf, signIn, start, type Browser } from './sign-in.ts';

const hour = 3_600_000;
const day = 24 * hour;
let gateway: Gateway;
let now = Date.now();
let viewer: string;
let ada: Browser;
let ben: Browser;

beforeAll(async () => {
  gateway = await startGateway({ deps: { clock: () => now } });
  await seedStack(gateway.store, now + 365 * day);
  viewer = await gateway.token('viewer');
  ada = await signIn(gateway, { token: await gateway.token('operator') });
  ben = await signIn(gateway, { token: viewer });
});
afterAll(() => gateway.close());

const ask = async (headers: Record<string, string>, url = '/vx11/session') => {
  const answer = await gateway.inject({ url, headers });
  const { error = null } = answer.json<{ error?: string }>();
  return { status: answer.statusCode, error };
};
/** The last use of each token, in epoch ms. */
const lastUses = async ({ store }: Gateway) =>
  (await store.tokens.list()).map((one) => Date.parse(one.last_used_at ?? ''));
const opened = { status: 200, error: null };
const refused = { status: 401, error: 'session_required' };

describe('a request', () => {
  test('with the cookie and the proof of one session is answered', async () => {
    for (const url of ['/vx11/session', '/vx11/status', '/vx11/windows', '/metrics']) {
      const { statusCode } = await gateway.inject({ url, headers: ada.headers });
      expect({ url, statusCode }).toEqual({ url, statusCode: 200 });
    }
    const among = `other=1; ${ada.cookie}; another="x"`;
    expect(await ask({ ...ada.headers, cookie: among })).toEqual(opened);
  });

  test('with a cookie alone, or a proof alone, opens nothing', async () => {
    expect(await ask({ cookie: ada.cookie })).toEqual(refused);
    expect(await ask({ 'x-vx11-session': ada.proof })).toEqual(refused);
    expect(await ask({ cookie: 'other=1', 'x-vx11-session': ada.proof })).toEqual(refused);
    expect(await ask({ cookie: ada.cookie, 'x-vx11-session': '' })).toEqual(refused);
  });

  test('with neither half is asked for a token', async () => {
    const asked = { status: 401, error: 'auth_required' };
    expect(await ask({})).toEqual(asked);
    expect(await ask({ cookie: 'other=1; x__Host-vx11=1' })).toEqual(asked);
  });

  test.each([
    ['the proof of another session', () => ({ 'x-vx11-session': ben.proof })],
    ['the cookie of another session', () => ({ cookie: ben.cookie })],
    ['two cookies', () => ({ cookie: `${ada.cookie}; ${ben.cookie}` })],
    ['an unknown cookie', () => ({ cookie: `__Host-vx11=${'A'.repeat(32)}` })],
    ['an unknown proof', () => ({ 'x-vx11-session': 'A'.repeat(32) })],
    ['its proof twice', () => ({ 'x-vx11-session': `${ada.proof}, ${ada.proof}` })],
    ['its id as the proof', () => ({ 'x-vx11-session': ada.session_id })],
  ])('with %s opens nothing', async (_, change) => {
    expect(await ask({ ...ada.headers, ...change() })).toEqual(refused);
  });

  test('with a token ignores the session, even a wrong one', async () => {
    const whose = async (headers: Record<string, string>) =>
      (await gateway.inject({ url: '/vx11/session', headers })).json<{ name: string }>().name;
    expect(await whose({ ...ada.headers, 'x-vx11-token': viewer })).toBe('a viewer');
    expect(await whose({ ...ada.headers, authorization: `Bearer ${viewer}` })).toBe('a viewer');
    expect(await whose({ cookie: ada.cookie, 'x-vx11-token': viewer })).toBe('a viewer');
    const wrong = { ...ada.headers, 'x-vx11-token': 'nonsense' };
    expect(await ask(wrong)).toEqual({ status: 403, error: 'forbidden' });
  });

  test.each(['cross-site', 'same-site', 'nonsense'])(
    'that its browser calls %s opens nothing',
    async (site) => {
      const from = { ...ada.headers, 'sec-fetch-site': site };
      const elsewhere = { status: 403, error: 'origin_not_allowed' };
      for (const url of ['/vx11/session', '/vx11/events', '/vx11/status']) {
        expect(await ask(from, url)).toEqual(elsewhere);
      }
      // other programs hold their tokens themselves
      expect(await ask({ 'x-vx11-token': viewer, 'sec-fetch-site': site })).toEqual(opened);
    },
  );

  test.each(['same-origin', 'none'])('that its browser calls %s is answered', async (site) => {
    expect(await ask({ ...ada.headers, 'sec-fetch-site': site })).toEqual(opened);
  });

  test('that changes something is refused from a page of another origin or another port', async () => {
    const change = async (origin: string) => {
      const headers = { ...ada.headers, origin, host: 'localhost:8000' };
      const url = '/operator/power/service/redis/stop';
      return (await gateway.inject({ method: 'POST', url, payload: {}, headers })).json().error;
    };
    for (const origin of ['http://localhost:9000', 'https://evil.example', 'null']) {
      expect(await change(origin)).toBe('origin_not_allowed');
    }
    expect(await change('http://localhost:8000')).toBe('core_service');
  });

  test('by the name vx11.localhost is answered, and by no other name below it', async () => {
    const by = (host: string) => ask({ ...ada.headers, host });
    expect(await by('vx11.localhost:8000')).toEqual(opened);
    for (const host of ['evil.localhost:8000', 'x.vx11.localhost', 'vx11.localhost.evil.example']) {
      expect(await by(host)).toEqual({ status: 403, error: 'host_not_allowed' });
    }
  });
});

describe('a sign-in', () => {
  test('answers with the proof, and sets a cookie that scripts and other paths cannot read', async () => {
    const answer = await start(gateway, { headers: { 'x-vx11-token': viewer } });
    const body = answer.json<{ proof: string; session_id: string }>();
    expect(answer.statusCode).toBe(201);
    expect(body).toEqual({
      session_id: expect.stringMatching(/^web-[0-9a-f]{16}$/),
      name: 'a viewer',
      scope: 'viewer',
      expires_at: new Date(now + 7 * day).toISOString(),
      proof: expect.stringMatching(/^[\w-]{32}$/),
    });
    expect(answer.headers['set-cookie']).toMatch(
      /^__Host-vx11=[\w-]{32}; Path=\/; Secure; HttpOnly; SameSite=Strict$/,
    );
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  test('leaves no half of the session in the store, in the events or in the log', async () => {
    const made = await start(gateway, { headers: { 'x-vx11-token': viewer } });
    const secrets = browserOf(made.json(), String(made.headers['set-cookie']));
    await ask(secrets.headers);
    const { session_id, proof } = secrets;
    const cookie = secrets.cookie.split('=')[1]!;
    const events = await gateway.store.events.after(0, 1000);
    const started = events.filter(({ payload }) => payload['session_id'] === session_id);
    expect(started).toMatchObject([{ type: 'web_session.started', actor: 'a viewer' }]);
    const { readFile } = await import('node:fs/promises');
    const files = [gateway.storeFile, `${gateway.storeFile}-wal`];
    const bytes = await Promise.all(files.map((file) => readFile(file, 'latin1')));
    for (const text of [...bytes, JSON.stringify(events), gateway.log.join('')]) {
      expect(text).not.toContain(proof);
      expect(text).not.toContain(cookie);
    }
  });

  test('takes a token or a code, in strict JSON, and no Idempotency-Key', async () => {
    const code = 'A'.repeat(22);
    const withToken = { 'x-vx11-token': viewer };
    const errorOf = async (options: object) => (await start(gateway, options)).json().error;
    expect(await errorOf({})).toBe('auth_required');
    expect(await errorOf({ payload: {} })).toBe('auth_required');
    expect(await errorOf({ headers: ada.headers })).toBe('auth_required');
    expect(await errorOf({ payload: { code }, headers: withToken })).toBe('invalid');
    expect(await errorOf({ payload: { code: 'short' } })).toBe('invalid');
    expect(await errorOf({ payload: { code, more: 1 } })).toBe('invalid');
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    expect(await errorOf({ payload: `code=${code}`, headers: form })).toBe('unsupported_media');
    const key = { ...withToken, 'idempotency-key': 'k' };
    expect(await errorOf({ headers: key })).toBe('bad_idempotency_key');
    expect(await errorOf({ headers: { 'x-vx11-token': 'nonsense' } })).toBe('forbidden');
  });

  test('is shown with its id, which a token alone does not have', async () => {
    const me = async (headers: Record<string, string>) =>
      (await gateway.inject({ url: '/vx11/session', headers })).json();
    const { token_id, ...asBen } = await me(ben.headers);
    const { session_id, expires_at } = ben;
    expect(asBen).toEqual({ session_id, name: 'a viewer', scope: 'viewer', expires_at });
    const none = { session_id: null, expires_at: null };
    expect(await me({ 'x-vx11-token': viewer })).toEqual({ ...asBen, ...none, token_id });
    const asAdmin = await me({ 'x-vx11-token': adminToken });
    expect(asAdmin).toMatchObject({ ...none, name: 'admin', scope: 'admin' });
  });
});

test('a session has the rights of its token, and acts under its name', async () => {
  const post = async (who: Browser, url: string, payload: object) =>
    gateway.inject({ method: 'POST', url, payload, headers: who.headers });
  const open = { target: 'web', ttl_seconds: 60 };
  expect((await post(ben, '/vx11/window/open', open)).json().error).toBe('scope');
  expect((await post(ada, '/vx11/tokens', { name: 'x', scope: 'admin' })).json().error).toBe(
    'scope',
  );
  const admin = await signIn(gateway, { token: adminToken });
  expect((await post(admin, '/vx11/tokens', { name: 'x', scope: 'viewer' })).statusCode).toBe(201);
  const newest = await gateway.store.events.newest();
  const [made] = await gateway.store.events.after(newest - 1, 1);
  expect(made).toMatchObject({ type: 'token.created', actor: 'admin' });
});

test('a session is read from the store once, until some session or token changes', async () => {
  const browser = await signIn(gateway, { token: viewer });
  let reads = 0;
  const { webSessions } = gateway.store;
  const find = webSessions.find.bind(webSessions);
  webSessions.find = (hash) => {
    reads += 1;
    return find(hash);
  };
  for (let nth = 0; nth < 5; nth += 1) {
    expect(await ask(browser.headers)).toEqual(opened);
    await gateway.store.events.append([{ type: 'window.open', at: now, actor: 'test' }]);
  }
  expect(reads).toBe(1);
  await gateway.token('viewer');
  expect(await ask(browser.headers)).toEqual(opened);
  expect(reads).toBe(2);
  webSessions.find = find;
});

describe('a session ends', () => {
  test('after 12 hours without use, and not before', async () => {
    const browser = await signIn(gateway, { token: viewer });
    now += 12 * hour - 1;
    expect(await ask(browser.headers)).toEqual(opened);
    now += 12 * hour - 1;
    expect(await ask(browser.headers)).toEqual(opened);
    now += 12 * hour;
    expect(await ask(browser.headers)).toEqual(refused);
  });

  test('only if no gateway of the store was used for 12 hours', async () => {
    const store = await openStore(`sqlite:${gateway.storeFile}`);
    const other = await startGateway({ deps: { clock: () => now, store: () => store } });
    const { headers } = await signIn(gateway, { token: viewer });
    now += 10 * hour;
    expect((await other.inject({ url: '/vx11/session', headers })).statusCode).toBe(200);
    await expect.poll(() => lastUses(gateway)).toContain(now);
    now += 10 * hour;
    expect(await ask(headers)).toEqual(opened);
    await other.close();
    await store.close();
  });

  test('after 7 days, however much it is used', async () => {
    const browser = await signIn(gateway, { token: viewer });
    const end = now + 7 * day;
    for (; now < end - 5 * hour; now += 5 * hour) {
      expect(await ask(browser.headers)).toEqual(opened);
    }
    now = end - 1;
    expect(await ask(browser.headers)).toEqual(opened);
    now = end;
    expect(await ask(browser.headers)).toEqual(refused);
  });

  test('with its token', async () => {
    const token = await gateway.token('viewer', { expires_at: now + hour });
    const browser = await signIn(gateway, { token });
    expect(Date.parse(browser.expires_at)).toBe(now + hour);
    now += hour - 1;
    expect(await ask(browser.headers)).toEqual(opened);
    now += 1;
    expect(await ask(browser.headers)).toEqual(refused);
    const late = await start(gateway, { headers: { 'x-vx11-token': token } });
    expect(late.json().error).toBe('forbidden');
  });

  test('when its token is revoked, and the sessions of other tokens go on', async () => {
    const token = await gateway.token('operator');
    const [browser, other] = [
      await signIn(gateway, { token }),
      await signIn(gateway, { token: viewer }),
    ];
    const me = await gateway.inject({ url: '/vx11/session', headers: browser.headers });
    await gateway.store.tokens.revoke(me.json<{ token_id: string }>().token_id, now, []);
    expect(await ask(browser.headers)).toEqual(refused);
    expect(await ask(other.headers)).toEqual(opened);
  });

  test('at the end of the overlap in which its token is rotated', async () => {
    const admin = { 'x-vx11-token': adminToken };
    const make = async (payload: object) =>
      gateway.inject({ method: 'POST', url: '/vx11/tokens', payload, headers: admin });
    const old = (await make({ name: 'rotated', scope: 'viewer' })).json();
    const browser = await signIn(gateway, { token: old.token });
    const rotation = { name: 'rotated', scope: 'viewer', rotates: old.token_id };
    await make({ ...rotation, overlap_seconds: 60 });
    const me = await gateway.inject({ url: '/vx11/session', headers: browser.headers });
    expect(me.json()).toMatchObject({ expires_at: new Date(now + 60_000).toISOString() });
    now += 60_000;
    expect(await ask(browser.headers)).toEqual(refused);
  });

  test('when its browser signs out, and others of the same token go on', async () => {
    const [one, other] = [
      await signIn(gateway, { token: viewer }),
      await signIn(gateway, { token: viewer }),
    ];
    const end = () =>
      gateway.inject({ method: 'DELETE', url: '/vx11/session', headers: one.headers });
    const ended = await end();
    expect([ended.statusCode, ended.json()]).toEqual([200, { ended: true }]);
    expect(ended.headers['set-cookie']).toBe(
      '__Host-vx11=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0',
    );
    expect(await ask(one.headers)).toEqual(refused);
    expect((await end()).json().error).toBe('session_required');
    expect(await ask(other.headers)).toEqual(opened);
  });
});

test('the last use of a session and of its token is stored at most once a minute', async () => {
  let writes = 0;
  const { webSessions } = gateway.store;
  const write = webSessions.used.bind(webSessions);
  webSessions.used = (session, at) => {
    writes += 1;
    return write(session, at);
  };
  const token = await gateway.token('viewer');
  const browser = await signIn(gateway, { token });
  for (let second = 0; second < 120; second += 1) {
    await ask(browser.headers);
    now += 1000;
  }
  expect(writes).toBe(2);
  await expect.poll(() => lastUses(gateway)).toContain(now - 60_000);
});
