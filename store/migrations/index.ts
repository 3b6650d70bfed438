import { sql, type Kysely } from 'kysely';
import type { Database } from '../core/dialect.ts';
import type { Tables } from '../core/schema.ts';
import { initial } from './0001-initial.ts';
import { claims } from './0002-claims.ts';
import { spawns } from './0003-spawns.ts';
import { plans } from './0004-plans.ts';
import { autonomy } from './0005-autonomy.ts';
import { taskViews } from './0006-task-views.ts';
import { chainHeads } from './0007-chain-heads.ts';
import { contextWithoutCode } from './0008-context-without-code.ts';
import { callbacks } from './0009-callbacks.ts';
import { plansByIntent } from './0010-plans-by-intent.ts';
import { leaseProjects } from './0011-lease-projects.ts';
import { tokenNames } from './0012-token-names.ts';
import { hostLeases } from './0014-host-leases.ts';

export interface Migration {
  name: string;
  up(db: Kysely<Tables>, kind: Database['kind']): Promise<void>;
}

const migrations: Migration[] = [
  initial,
  claims,
  spawns,
  plans,
  autonomy,
  taskViews,
  chainHeads,
  contextWithoutCode,
  callbacks,
  plansByIntent,
  leaseProjects,
  tokenNames,
  hostLeases,
];

/** Brings the tables to the newest form; several processes may call it at once. */
export async function migrate({ db, kind }: Database): Promise<void> {
  await db.transaction().execute(async (tx) => {
    if (kind === 'postgres') await sql`select pg_advisory_xact_lock(11)`.execute(tx);
    await sql`create table if not exists migrations (name text primary key, at bigint not null)`.execute(
      tx,
    );
    const rows = await tx.selectFrom('migrations').select('name').execute();
    const done = new Set(rows.map((row) => row.name));
    for (const migration of migrations) {
      if (done.has(migration.name)) continue;
      await migration.up(tx, kind);
      await tx.insertInto('migrations').values({ name: migration.name, at: Date.now() }).execute();
    }
  });
}
