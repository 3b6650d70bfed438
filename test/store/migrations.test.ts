import { mkdtemp, rm } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { newId } from '../../contracts/ids.ts';
import { version } from '../../platform/version.ts';
import { isOlderStore, openStore } from '../../store/index.ts';
import { aPlan } from '../domain/plans/plan-samples.ts';
import { aWindow } from '../domain/samples.ts';
import { makeNewerStore } from './newer-store.ts';

test('plans of an older store are found by their intents', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vx11-migrations-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'store.db');
  const before = await openStore(`sqlite:${file}`);
  const plans = Array.from({ length: 501 }, () =>
    aPlan({ plan_id: newId('plan'), intent_id: newId('intent'), steps: [] }),
  );
  for (const plan of plans) await before.plans.insert(plan, null, []);
  await before.close();
  const db = new DatabaseSync(file);
  db.exec(`drop index plans_intent; alter table plans drop column intent_id;
    delete from migrations where name = '0010-plans-by-intent'`);
  db.close();
  expect(await isOlderStore(`sqlite:${file}`)).toBe(true);
  const store = await openStore(`sqlite:${file}`);
  onTestFinished(() => store.close());
  for (const plan of plans) expect(await store.plans.ofIntent(plan.intent_id!)).toEqual(plan);
  expect(await isOlderStore(`sqlite:${file}`)).toBe(false);
});

test('tokens of an older store that share a name, or have the name of a part of VX11, get a unique name', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vx11-migrations-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'store.db');
  const before = await openStore(`sqlite:${file}`);
  const none = { expires_at: null, revoked_at: null, last_used_at: null };
  const made = [
    ['token-00000000000000a1', 'dashboard', {}],
    ['token-00000000000000a2', 'Dashboard', {}],
    ['token-00000000000000a3', 'dashboard', { revoked_at: 5 }],
    ['token-00000000000000a4', 'settle_loop', {}],
    ['token-00000000000000a5', 'ci', {}],
  ] as const;
  for (const [nth, [id, name, dates]] of made.entries()) {
    const token = { id, name, scope: 'viewer', secret_hash: id, created_at: nth } as const;
    await before.tokens.create({ ...token, ...none, ...dates }, []);
  }
  await before.close();
  const db = new DatabaseSync(file);
  db.exec(`alter table tokens drop column replaced_by;
    delete from migrations where name = '0012-token-names'`);
  db.close();
  const store = await openStore(`sqlite:${file}`);
  onTestFinished(() => store.close());
  expect((await store.tokens.list()).map(({ name }) => name)).toEqual([
    'dashboard',
    'Dashboard 00000000000000a2',
    'dashboard',
    'settle_loop 00000000000000a4',
    'ci',
  ]);
});

test('chats of an older store belong to the principals that had them, and to nobody where that is unknown', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vx11-migrations-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'store.db');
  const before = await openStore(`sqlite:${file}`);
  const none = { expires_at: null, last_used_at: null };
  // one ada after the other; two bens at once, before names were unique
  const made: [id: string, name: string, from: number, until: number | null][] = [
    ['token-00000000000000a1', 'ada', 0, 100],
    ['token-00000000000000a2', 'ada', 200, null],
    ['token-00000000000000b1', 'ben', 0, 500],
    ['token-00000000000000b2', 'ben', 0, null],
  ];
  for (const [id, name, created_at, revoked_at] of made) {
    const token = { id, name, scope: 'operator', secret_hash: id, created_at } as const;
    await before.tokens.create({ ...token, ...none, revoked_at }, []);
  }
  const plan_id = newId('plan');
  await before.plans.insert(aPlan({ plan_id, steps: [] }), null, [], 'token-00000000000000b1');
  await before.close();
  const db = new DatabaseSync(file);
  db.exec(`drop index sessions_newest; drop view context; alter table sessions drop column owner_name;
    create view context as select 1 as none;
    delete from migrations where name = '0021-chat-owners'`);
  const turn = db.prepare(`insert into session_turns
    (owner, session_id, seq, at, actor, message, response, status, plan_id) values (?, ?, ?, ?, ?, ?, '', 'DONE', ?)`);
  const session = db.prepare(`insert into sessions
    (owner, id, mode, topic, summary, turns, created_at, updated_at) values (?, ?, 'MADRE', 'chat', 'sum', ?, ?, ?)`);
  const chats: [owner: string, id: string, turns: [at: number, plan: string | null][]][] = [
    ['ada', 'old', [[50, null]]],
    ['ada', 'new', [[250, null]]],
    ['ada', 'both', [[60, null], [260, null]]], // prettier-ignore
    ['ada', 'between', [[150, null]]],
    ['ben', 'planned', [[10, null], [20, plan_id]]], // prettier-ignore
    ['ben', 'unclear', [[10, null]]],
    ['admin', 'desk', [[10, null]]],
  ];
  for (const [owner, id, turns] of chats) {
    session.run(owner, id, turns.length, turns[0]![0], turns.at(-1)![0]);
    turns.forEach(([at, plan], nth) =>
      turn.run(owner, id, nth + 1, at, owner, `${id} ${at}`, plan),
    );
  }
  db.close();

  const store = await openStore(`sqlite:${file}`);
  onTestFinished(() => store.close());
  const of = async (name: string, principal: string | null) =>
    (await store.sessions.list({ name, principal }, 20)).map(({ session_id }) => session_id);
  expect(await of('ada', 'token-00000000000000a1')).toEqual(['both', 'old']);
  expect(await of('ada', 'token-00000000000000a2')).toEqual(['both', 'new']);
  expect(await of('ben', 'token-00000000000000b1')).toEqual(['planned']);
  expect(await of('ben', 'token-00000000000000b2')).toEqual([]);
  expect(await of('admin', 'token-environment')).toEqual(['desk']);
  expect((await of('ada', null)).concat(await of('ben', null))).toEqual(['between', 'unclear']);
  const first = await store.sessions.find({ name: 'ada', principal: made[0]![0] }, 'both');
  expect(first?.messages.map(({ message }) => message)).toEqual(['both 60']);
  expect(first).toMatchObject({ user_id: 'ada', summary: '' });
  const whole = await store.sessions.find({ name: 'ben', principal: made[2]![0] }, 'planned');
  expect(whole).toMatchObject({ message_count: 2, summary: 'sum' });
});

test('windows and plans of an older store are found by owner, service, actor and risk', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vx11-migrations-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'store.db');
  const before = await openStore(`sqlite:${file}`);
  const window = aWindow({ window_id: newId('window'), owner: 'ada', services: ['web'] });
  await before.windows.request(window, []);
  const plan = aPlan({ plan_id: newId('plan'), actor: 'ada', risk: 'MED', steps: [] });
  await before.plans.insert(plan, null, []);
  await before.close();
  const db = new DatabaseSync(file);
  db.exec(`drop table window_services; drop index windows_owner; drop index windows_host;
    alter table windows drop column owner; drop index plans_actor; drop index plans_risk;
    alter table plans drop column actor; alter table plans drop column risk;
    delete from migrations where name = '0020-list-filters'`);
  db.close();
  const store = await openStore(`sqlite:${file}`);
  onTestFinished(() => store.close());
  const windows = (filter: object) => store.windows.list({ limit: 5, ...filter });
  expect((await windows({ owner: 'ada', service: 'web' })).windows).toMatchObject([window]);
  expect((await windows({ service: 'db' })).windows).toEqual([]);
  const plans = (filter: object) => store.plans.list({ limit: 5, ...filter });
  expect((await plans({ actor: 'ada', risk: 'MED' })).plans).toEqual([plan]);
  expect((await plans({ actor: 'eve' })).plans).toEqual([]);
});

test('a store of a newer VX11 is refused, with the version that wrote it', async () => {
  const { url, db } = await makeNewerStore();
  await expect(openStore(url)).rejects.toMatchObject({
    code: 'store_unavailable',
    message: expect.stringMatching(
      /VX11 9\.1\.0 \(9999-later\).*Start that version or a newer one/,
    ),
  });
  db.exec(`update migrations set version = null where name = '9999-later'`);
  await expect(openStore(url)).rejects.toThrow('a newer version of VX11 (9999-later)');
});

test('a store records the version that applied each migration', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vx11-migrations-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'store.db');
  await (await openStore(`sqlite:${file}`)).close();
  const db = new DatabaseSync(file);
  onTestFinished(() => db.close());
  expect(db.prepare('select distinct version from migrations').all()).toEqual([{ version }]);
});

test('tokens of one chain of rotations in an older store have one principal', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vx11-migrations-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'store.db');
  const before = await openStore(`sqlite:${file}`);
  const none = { created_at: 1, expires_at: null, revoked_at: null, last_used_at: null };
  const ids = ['token-00000000000000c3', 'token-00000000000000a1', 'token-00000000000000b2'];
  for (const [nth, id] of ids.entries()) {
    const replaces = nth === 0 ? null : { id: ids[nth - 1]!, at: 5 };
    const token = { id, name: 'ci', scope: 'viewer', secret_hash: id, ...none } as const;
    expect(await before.tokens.create(token, [], { now: 1, replaces })).toBe('created');
  }
  await before.close();
  const db = new DatabaseSync(file);
  db.exec(`drop view context; drop index plans_asked; alter table tokens drop column principal; alter table windows drop column owner_id;
    alter table spawns drop column owner_id; alter table plans drop column actor_id;
    alter table plans drop column approver_ids;
    delete from migrations where name = '0013-principals'`);
  db.close();
  const store = await openStore(`sqlite:${file}`);
  onTestFinished(() => store.close());
  const found = await Promise.all(ids.map((id) => store.tokens.find(id)));
  expect(found.map((token) => token?.principal)).toEqual([ids[0], ids[0], ids[0]]);
});
