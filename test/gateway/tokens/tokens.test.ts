import { afterAll, beforeAll, expect, test } from 'vitest';
import { adminToken, seedStack, startGateway, type Gateway } from '../fixture.ts';

let gateway: Gateway;
let now = Date.now();

beforeAll(async () => {
  gateway = await startGateway({ deps: { clock: () => now } });
  await seedStack(gateway.store);
});
afterAll(() => gateway.close());

const admin = { 'x-vx11-token': adminToken };
const make = async (payload: object) =>
  gateway.inject({ method: 'POST', url: '/vx11/tokens', payload, headers: admin });
const works = async (token: string): Promise<boolean> => {
  const headers = { authorization: `Bearer ${token}` };
  return (await gateway.inject({ url: '/vx11/status', headers })).statusCode === 200;
};

test('a token is shown once, kept as a hash, and refused on the request after it was revoked', async () => {
  const made = await make({ name: 'dashboard', scope: 'viewer' });
  expect(made.statusCode).toBe(201);
  const { token, token_id } = made.json<{ token: string; token_id: string }>();
  expect(token).toMatch(/^vx11_[0-9a-f]{16}_[\w-]{43}$/);
  const kept = await gateway.store.tokens.find(token_id);
  expect(JSON.stringify(kept)).not.toContain(token.slice(-43));
  const list = await gateway.inject({ url: '/vx11/tokens', headers: admin });
  expect(list.body).not.toContain(token.slice(-43));
  expect(list.json()).toMatchObject({ tokens: [{ token_id, name: 'dashboard' }] });

  for (let nth = 0; nth < 3; nth += 1) expect(await works(token)).toBe(true);
  const revoke = () =>
    gateway.inject({ method: 'DELETE', url: `/vx11/tokens/${token_id}`, headers: admin });
  expect((await revoke()).json()).toMatchObject({ token_id });
  expect(await works(token)).toBe(false);
  expect((await revoke()).statusCode).toBe(200);
  const types = (await gateway.store.events.after(0, 100)).map(({ type }) => type);
  expect(types).toEqual(['token.created', 'token.revoked']);
  expect(gateway.log.join('')).not.toContain(token.slice(-43));
});

test('a rotated token stays valid for its overlap, and no longer', async () => {
  const old = (await make({ name: 'ci', scope: 'operator' })).json();
  const fresh = (
    await make({ name: 'ci', scope: 'operator', rotates: old.token_id, overlap_seconds: 60 })
  ).json();
  expect([await works(old.token), await works(fresh.token)]).toEqual([true, true]);
  now += 60_001;
  expect([await works(old.token), await works(fresh.token)]).toEqual([false, true]);
});

test('a token ends at its expiry', async () => {
  const { token } = (await make({ name: 'short', scope: 'viewer', expires_in_seconds: 60 })).json();
  expect(await works(token)).toBe(true);
  now += 60_000;
  expect(await works(token)).toBe(false);
});

test('the last use of a token is stored at most once a minute', async () => {
  const { token, token_id } = (await make({ name: 'used', scope: 'viewer' })).json();
  const lastUse = async () => (await gateway.store.tokens.find(token_id))?.last_used_at;
  await works(token);
  const first = now;
  await expect.poll(lastUse).toBe(first);
  now += 59_999;
  await works(token);
  expect(await lastUse()).toBe(first);
  now += 1;
  await works(token);
  await expect.poll(lastUse).toBe(now);
});

test('an answer with a secret is never kept for an Idempotency-Key', async () => {
  const answer = await gateway.inject({
    method: 'POST',
    url: '/vx11/tokens',
    payload: { name: 'x', scope: 'viewer' },
    headers: { ...admin, 'idempotency-key': 'k' },
  });
  expect(answer.statusCode).toBe(400);
});

test('an unknown token is not rotated or revoked', async () => {
  const unknown = 'token-00000000deadbeef';
  expect((await make({ name: 'x', scope: 'viewer', rotates: unknown })).statusCode).toBe(404);
  const url = `/vx11/tokens/${unknown}`;
  expect((await gateway.inject({ method: 'DELETE', url, headers: admin })).statusCode).toBe(404);
});

test.each([
  'madre',
  'guard',
  'settle_loop',
  'Temporal',
  'autonomy',
  'engine',
  'retention',
  'vx11',

  'MADRE',
  'Settle Loop',
  'settle-loop',
  'temporaI',
  'eng1ne',
  'm.a.d.r.e',
  'аutonomy',
  'guard\u200b',
])(
  '%s is no name of a token: the log has it for a part of VX11, or it looks like one',
  async (name) => {
    expect(await make({ name, scope: 'viewer' })).toMatchObject({ statusCode: 422 });
  },
);

test('two live tokens never share a name, except with an ended one or during the overlap of a rotation', async () => {
  const first = (await make({ name: 'Jo Doe', scope: 'operator' })).json();
  for (const name of ['Jo Doe', 'jo doe', 'jo-doe', 'admin', 'Admin']) {
    const again = await make({ name, scope: 'operator' });
    expect({ name, status: again.statusCode, error: again.json().error }).toEqual({
      name,
      status: 422,
      error: 'invalid',
    });
  }
  const rotate = async (rotates: string) =>
    (await make({ name: 'Jo Doe', scope: 'operator', rotates, overlap_seconds: 600 })).json();
  const second = await rotate(first.token_id);
  const third = await rotate(second.token_id);
  expect(await Promise.all([first, second, third].map(({ token }) => works(token)))).toEqual([
    true,
    true,
    true,
  ]);
  expect((await make({ name: 'Jo Doe', scope: 'viewer' })).statusCode).toBe(422);
  now += 600_001;
  const url = `/vx11/tokens/${third.token_id}`;
  await gateway.inject({ method: 'DELETE', url, headers: admin });
  expect((await make({ name: 'Jo Doe', scope: 'viewer' })).statusCode).toBe(201);
});

test('of concurrent requests for tokens with one name, one succeeds', async () => {
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => make({ name: 'racer', scope: 'viewer' })),
  );
  const made = answers.filter(({ statusCode }) => statusCode === 201);
  expect(made).toHaveLength(1);
});
