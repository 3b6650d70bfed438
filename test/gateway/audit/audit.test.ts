import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EventRecord } from '../../../contracts/event.ts';
import { adminToken, startGateway, type Gateway } from '../fixture.ts';

let gateway: Gateway;
const start = Date.UTC(2026, 0, 1);
const count = 1203; // more than two pages
beforeAll(async () => {
  gateway = await startGateway();
  const event = { type: 'window.open', actor: 'ada' } as const;
  const at = (n: number) => start + n * 1000;
  const all = Array.from({ length: count }, (_, n) => ({ ...event, at: at(n), payload: { n } }));
  for (let n = 0; n < count; n += 200) await gateway.store.events.append(all.slice(n, n + 200));
});
afterAll(() => gateway.close());

const get = (path: string) =>
  gateway.inject({ url: path, headers: { 'x-vx11-token': adminToken } });
const lines = async (query: string) => {
  const { body } = await get(`/vx11/audit/export${query}`);
  const rows = body.split('\n').filter(Boolean);
  return rows.map((line) => JSON.parse(line) as EventRecord & { log: string });
};

describe('an export', () => {
  test('has one row per line, in order, each linked to the previous one', async () => {
    const rows = await lines('');
    expect(rows.length).toBe(count);
    expect(rows[0]).toMatchObject({
      log: 'events',
      seq: 1,
      type: 'window.open',
      payload: { n: 0 },
    });
    for (const [n, row] of rows.slice(1).entries()) expect(row.prev_hash).toBe(rows[n]!.hash);
    expect((await get('/vx11/audit/export')).headers['content-type']).toContain(
      'application/x-ndjson',
    );
  });

  test.each([
    ['an instant', `?since=${new Date(start + 1200 * 1000).toISOString()}`, 3],
    ['a number', '?since=1200', 3],
    ['an instant to come', '?since=2099-01-01T00:00:00.000Z', 0],
    ['another log', '?log=intents', 0],
  ])('begins at %s', async (_, query, expected) => {
    expect(await lines(query)).toHaveLength(expected);
  });

  test.each(['?since=yesterday', '?log=tokens', '?limit=3'])('of %s is refused', async (query) => {
    expect((await get(`/vx11/audit/export${query}`)).statusCode).toBe(422);
  });
});

test('a verification checks every chained log, and reports its length', async () => {
  const sound = { ok: true, broken_at: null, because: null, anchor: null };
  const [newest] = await gateway.store.events.after(count - 1, 1);
  expect((await get('/vx11/audit/verify')).json()).toEqual({
    ok: true,
    logs: [
      { log: 'events', ...sound, checked: count, head: { seq: count, hash: newest!.hash } },
      { log: 'intents', ...sound, checked: 0, head: { seq: 0, hash: '0'.repeat(64) } },
    ],
  });
});

test('concurrent verifications share one walk', async () => {
  const answers = await Promise.all([
    get('/vx11/audit/verify?log=events'),
    get('/vx11/audit/verify?log=events'),
  ]);
  for (const answer of answers) expect(answer.json()).toMatchObject({ ok: true });
});

test('after retention a verification names the anchor, and still succeeds', async () => {
  const before = start + 1000 * 1000;
  await gateway.store.audit.prune('events', { before, now: Date.now(), actor: 'retention' });
  const { logs } = (await get('/vx11/audit/verify?log=events')).json<{ logs: unknown[] }>();
  expect(logs).toMatchObject([{ ok: true, checked: count - 1000 + 1, anchor: { seq: 1000 } }]);
});
