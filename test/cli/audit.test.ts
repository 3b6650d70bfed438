import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startFixture, type CliFixture } from './fixture.ts';

let fixture: CliFixture;
beforeAll(async () => {
  fixture = await startFixture((view) => [{ ...view }, []]);
  await fixture.store.autonomy.scheduled('box', 30);
});
afterAll(() => fixture.close());

test('auto starts the loop, shows its status and stops it with a report', async () => {
  expect((await fixture.vx11('auto status')).out).toMatch(/is not running/);
  const started = await fixture.vx11('auto start');
  expect(started).toMatchObject({ code: 0 });
  expect(started.out).toMatch(
    /The loop is running: one round every 30 s, since .* \(admin\)\.\nRounds: 0/,
  );
  const { out } = await fixture.vx11('auto stop');
  expect(out).toMatch(/The loop is stopped\.\nFrom .*: 0 rounds\.\nDecisions: none/);
  expect((await fixture.vx11('auto stop --json')).out).toMatch(/"was_running": false/);
});

test('a log is exported as JSON Lines, and its hash chain verifies', async () => {
  const { code, out } = await fixture.vx11('audit export --since 1d');
  expect(code).toBe(0);
  const rows = out.trim().split('\n');
  const parsed = rows.map((line) => JSON.parse(line) as { log: string; type: string });
  expect(parsed.map(({ type }) => type)).toEqual(
    expect.arrayContaining(['autonomy.started', 'autonomy.stopped']),
  );
  expect((await fixture.vx11('audit export --since 2099-01-01')).out).toBe('');
  expect((await fixture.vx11('audit export --since whenever')).code).toBe(2);
  const proof = await fixture.vx11('audit verify');
  expect(proof).toMatchObject({ code: 0 });
  expect(proof.out).toMatch(
    /events: \d+ rows verify; head \d+ [0-9a-f]{64}\nintents: 0 rows verify$/m,
  );
});

test('audit verify names a changed row and exits with 1', async () => {
  const db = new DatabaseSync(fixture.storeFile);
  db.exec("drop trigger events_no_update; update events set actor = 'nobody' where seq = 2");
  db.close();
  const { code, out } = await fixture.vx11('audit verify --log events');
  expect(code).toBe(1);
  expect(out).toMatch(/events: BROKEN at row 2: its content does not match its hash/);
});
