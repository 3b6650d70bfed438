import { closeSync, existsSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { SqliteDatabase, SqliteStatement } from 'kysely';

/** Texts of statements differ only where lists have other lengths: so many are more than are ever in use. */
const keptStatements = 300;

/**
 * Node's own SQLite behind the interface that Kysely's SQLite dialect expects.
 * `begin` becomes `begin immediate`: a deferred transaction that turns into a writer fails at once on a stale read,
 * whatever the busy timeout says.
 */
export function nodeSqlite(file: string): SqliteDatabase {
  // its owner's alone; SQLite gives the files beside it the same mode
  if (file !== ':memory:' && !existsSync(file)) closeSync(openSync(file, 'a', 0o600));
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
        // a full disk has rolled it back already, and what a second rollback says would hide that
        sql === 'rollback' && !db.isTransaction
          ? { changes: 0, lastInsertRowid: 0 }
          : statement.run(...(parameters as never[])),
      iterate: (parameters) =>
        statement.iterate(...(parameters as never[])) as IterableIterator<unknown>,
    };
  }
}
