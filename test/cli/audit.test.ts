import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { setStage, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage((view) => [{ ...view }, []]);
  await stage.store.autonomy.scheduled('box', 30);
});
afterAll(() => stage.close());

test('the loop is started, looked at and stopped with a report', async () => {
  expect((await stage.vx11('auto status')).out).toMatch(/does not run/);
  const started = await stage.vx11('auto start');
  expect(started).toMatchObject({ code: 0 });
  expect(started.out).toMatch(/It runs, a round every 30 s, since .* \(admin\)\.\nRounds: 0/);
  const { out } = await stage.vx11('auto stop');
  expect(out).toMatch(/It is stopped\.\nFrom .*: 0 rounds\.\nDecisions: none/);
  expect((await stage.vx11('auto stop --json')).out).toMatch(/"was_running": false/);
});

test('a log is exported as JSON Lines, and the proof holds', async () => {
  const { code, out } = await stage.vx11('audit export --since 1d');
  expect(code).toBe(0);
  const rows = out.trim().split('\n');
  const parsed = rows.map((line) => JSON.parse(line) as { log: string; type: string });
  expect(parsed.map(({ type }) => type)).toEqual(
    expect.arrayContaining(['autonomy.started', 'autonomy.stopped']),
  );
  expect((await stage.vx11('audit export --since 2099-01-01')).out).toBe('');
  expect((await stage.vx11('audit export --since whenever')).code).toBe(2);
  const proof = await stage.vx11('audit verify');
  expect(proof).toMatchObject({ code: 0 });
  expect(proof.out).toMatch(
    /events: \d+ rows verify; head \d+ [0-9a-f]{64}\nintents: 0 rows verify$/m,
  );
});

test('a row that somebody changed is named, and ends the command with 1', async () => {
  const db = new DatabaseSync(stage.storeFile);
  db.exec("drop trigger events_no_update; update events set actor = 'nobody' where seq = 2");
  db.close();
  const { code, out } = await stage.vx11('audit verify --log events');
  expect(code).toBe(1);
  expect(out).toMatch(/events: BROKEN at row 2: its content does not match its hash/);
});
