import { mkdtemp, rm } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { newId } from '../../contracts/ids.ts';
import { version } from '../../platform/version.ts';
import { openStore } from '../../store/index.ts';
import { aPlan } from '../domain/plans/plan-samples.ts';
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
  const store = await openStore(`sqlite:${file}`);
  onTestFinished(() => store.close());
  for (const plan of plans) expect(await store.plans.ofIntent(plan.intent_id!)).toEqual(plan);
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
  db.exec(`alter table tokens drop column principal; alter table windows drop column owner_id;
    alter table spawns drop column owner_id; alter table plans drop column actor_id;
    alter table plans drop column approver_ids;
    delete from migrations where name = '0013-principals'`);
  db.close();
  const store = await openStore(`sqlite:${file}`);
  onTestFinished(() => store.close());
  const found = await Promise.all(ids.map((id) => store.tokens.find(id)));
  expect(found.map((token) => token?.principal)).toEqual([ids[0], ids[0], ids[0]]);
});
