import { closeSync, existsSync, openSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { SqliteDatabase, SqliteStatement } from 'kysely';
import { revisionsOf, type Revisions } from './changes.ts';

/** Statement texts differ only in the lengths of lists, so this is more than are ever in use. */
const keptStatements = 300;

/**
 * Node's own SQLite behind the interface that Kysely's SQLite dialect expects.
 * `begin` becomes `begin immediate`: a deferred transaction that turns into a writer fails at once on a stale read,
 * whatever the busy timeout says.
 */
export function nodeSqlite(file: string): SqliteDatabase {
  // only its owner may read it; SQLite gives the files beside it the same mode
  if (!existsSync(file)) closeSync(openSync(file, 'a', 0o600));
  const db = new DatabaseSync(file, { timeout: 20 });
  db.exec('pragma journal_mode = wal; pragma synchronous = normal; pragma foreign_keys = on;');
  const statements = new Map<string, SqliteStatement>();
  return {
    prepare(sql) {
      const known = statements.get(sql);
      if (known !== undefined) return known;
      const fresh = prepare(sql);
      if (statements.size >= keptStatements) statements.clear();
      statements.set(sql, fresh);
      return fresh;
    },
    close: () => db.close(),
  };

  function prepare(sql: string): SqliteStatement {
    const statement = db.prepare(sql === 'begin' ? 'begin immediate' : sql);
    return {
      reader: statement.columns().length > 0,
      all: (parameters) => statement.all(...(parameters as never[])),
      run: (parameters) =>
        // a full disk has already rolled it back; the error of a second rollback would hide the first one
        sql === 'rollback' && !db.isTransaction
          ? { changes: 0, lastInsertRowid: 0 }
          : statement.run(...(parameters as never[])),
      iterate: (parameters) =>
        statement.iterate(...(parameters as never[])) as IterableIterator<unknown>,
    };
  }
}

/** A read-only view of what any connection has committed to the file. */
export interface SqliteLook {
  /** Changes with every commit. Costs microseconds. */
  version(): number;
  revisions(): Revisions;
  close(): void;
}

/** Opens a second connection, since `data_version` changes only with commits of other connections. */
export function lookAtSqlite(file: string): SqliteLook {
  const db = new DatabaseSync(file, { readOnly: true, timeout: 20 });
  const dataVersion = db.prepare('pragma data_version');
  const version = (): number => (dataVersion.get() as { data_version: number }).data_version;
  let counts: StatementSync | null = null;
  let known: { version: number; revisions: Revisions } | null = null;
  return {
    version,
    revisions() {
      // before the rows: a commit in between makes the next call read them again
      const now = version();
      if (known?.version === now) return known.revisions;
      counts ??= db.prepare(
        `select topic, n from revisions
          union all select 'newest', seq from chain_heads where name = 'events'`,
      );
      const revisions = revisionsOf(counts.all() as { topic: string; n: number }[]);
      known = { version: now, revisions };
      return revisions;
    },
    close: () => db.close(),
  };
}
