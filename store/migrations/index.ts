import { sql, type Kysely } from 'kysely';
import { VX11Error } from '../../contracts/errors.ts';
import { version } from '../../platform/version.ts';
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
import { principals } from './0013-principals.ts';
import { hostLeases } from './0014-host-leases.ts';
import { lookups } from './0015-lookups.ts';
import { schemaVersions } from './0016-schema-versions.ts';
import { revisions } from './0017-revisions.ts';
import { webSessions } from './0018-web-sessions.ts';
import { eventHistory } from './0019-event-history.ts';
import { listFilters } from './0020-list-filters.ts';
import { chatOwners } from './0021-chat-owners.ts';
import { settingsOfPeople } from './0022-settings.ts';
import { agents } from './0023-agents.ts';
import { checks } from './0024-checks.ts';
import { origins } from './0026-origins.ts';
import { agentConfirms } from './0027-agent-confirms.ts';
import { repairs } from './0028-repairs.ts';
import { checkSchedules } from './0029-check-schedules.ts';
import { patchesUnjudged } from './0030-patches-unjudged.ts';
import { programs } from './0031-programs.ts';
import { routing } from './0032-routing.ts';
import { models } from './0033-models.ts';
import { drift } from './0034-drift.ts';
import { incidents } from './0035-incidents.ts';
import { notices } from './0037-notices.ts';
import { windowSchedules } from './0038-window-schedules.ts';
import { traces } from './0040-traces.ts';
import { audio } from './0041-audio.ts';
import { audioBatches } from './0042-audio-batches.ts';
import { inee } from './0045-inee.ts';
import { noticeSubjects } from './0046-notice-subjects.ts';
import { driftBaselines } from './0047-drift-baselines.ts';
import { patchesTakingBack } from './0048-patches-taking-back.ts';

export interface Migration {
  name: string;
  up(db: Kysely<Tables>, kind: Database['kind']): Promise<void>;
}

/** In the order in which they are applied. A released migration never changes: test/store/migrations-frozen.test.ts. */
export const migrations: readonly Migration[] = [
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
  principals,
  hostLeases,
  lookups,
  schemaVersions,
  revisions,
  webSessions,
  eventHistory,
  listFilters,
  chatOwners,
  settingsOfPeople,
  agents,
  checks,
  origins,
  agentConfirms,
  repairs,
  checkSchedules,
  patchesUnjudged,
  programs,
  routing,
  models,
  drift,
  incidents,
  notices,
  windowSchedules,
  traces,
  audio,
  audioBatches,
  inee,
  noticeSubjects,
  driftBaselines,
  patchesTakingBack,
];

/**
 * Brings the tables to the current version; several processes may call it at once.
 * Throws `store_unavailable`, without a change, if a newer version has migrated the tables.
 */
export async function migrate({ db, kind }: Database): Promise<void> {
  await db.transaction().execute(async (tx) => {
    if (kind === 'postgres') await sql`select pg_advisory_xact_lock(11)`.execute(tx);
    await sql`create table if not exists migrations (name text primary key, at bigint not null)`.execute(
      tx,
    );
    const rows = await tx.selectFrom('migrations').selectAll().orderBy('name').execute();
    refuseNewer(rows);
    const done = new Set(rows.map((row) => row.name));
    const open = migrations.filter(({ name }) => !done.has(name));
    for (const { name, up } of open) {
      await up(tx, kind);
      await tx.insertInto('migrations').values({ name, at: Date.now() }).execute();
    }
    if (open.length === 0) return;
    const names = open.map(({ name }) => name);
    await tx.updateTable('migrations').set({ version }).where('name', 'in', names).execute();
  });
}

/** Whether `migrate` would change the tables. Changes nothing. */
export async function isBehind({ db, kind }: Database): Promise<boolean> {
  const table =
    kind === 'postgres'
      ? sql`select 1 where to_regclass('migrations') is not null`
      : sql`select 1 from sqlite_master where name = 'migrations'`;
  if ((await table.execute(db)).rows.length === 0) return true;
  const rows = await db.selectFrom('migrations').select('name').execute();
  const done = new Set(rows.map(({ name }) => name));
  return migrations.some(({ name }) => !done.has(name));
}

/** A version that does not know a migration must not write: it could break data that it does not understand. */
function refuseNewer(applied: readonly AppliedMigration[]): void {
  const problem = newerSchema(applied);
  if (problem !== null) throw new NewerStore('store_unavailable', problem);
}

/** No retry helps: this program is older than its store. */
export class NewerStore extends VX11Error {}

/** A row of the table `migrations`; stores of early programs have no version. */
export interface AppliedMigration {
  name: string;
  version?: string | null;
}

/**
 * Says which version migrated the store and what to do, if that version is newer than this program; null otherwise.
 * @param applied all rows, in the order of their names
 */
export function newerSchema(applied: readonly AppliedMigration[]): string | null {
  const known = new Set(migrations.map(({ name }) => name));
  const newer = applied.filter(({ name }) => !known.has(name));
  const last = newer.at(-1);
  if (last === undefined) return null;
  const writer = newer.findLast((one) => one.version != null)?.version;
  const by = writer == null ? 'a newer version of VX11' : `VX11 ${writer}`;
  return (
    `The store was last migrated by ${by} (${last.name}), and this is VX11 ${version}, which does not know that migration. ` +
    'Start that version or a newer one, or restore a backup of the store from before the upgrade.'
  );
}
