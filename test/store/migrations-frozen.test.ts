import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import { describe, expect, test } from 'vitest';
import { sha256 } from '../../platform/hash.ts';
import type { Tables } from '../../store/core/schema.ts';
import { migrations, type Migration } from '../../store/migrations/index.ts';
import frozen from './migrations-frozen.json' with { type: 'json' };

type Kind = 'sqlite' | 'postgres';

const dialects = {
  sqlite: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db: Kysely<unknown>) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
  postgres: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db: Kysely<unknown>) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
};

/** SHA-256 over the statements that a migration sends to an empty database, with their values. */
async function hashOf(migration: Migration, kind: Kind): Promise<string> {
  const sent: unknown[] = [];
  const db = new Kysely<Tables>({
    dialect: dialects[kind],
    log: ({ query }) => void sent.push([query.sql, query.parameters]),
  });
  await migration.up(db, kind);
  return sha256(JSON.stringify(sent));
}

const recorded: Record<string, Record<Kind, string>> = frozen;

/**
 * A database never gets the same migration twice, so a change would reach new databases only. A new migration adds a line
 * to migrations-frozen.json; existing lines never change.
 */
describe('a migration sends the statements that were recorded for it', () => {
  test('and every migration is recorded, in numeric order', () => {
    const names = migrations.map(({ name }) => name);
    expect(names).toEqual(Object.keys(recorded));
    expect(names).toEqual(names.toSorted());
  });

  test.each(migrations.map((migration) => [migration.name, migration] as const))(
    '%s',
    async (name, migration) => {
      const sent = {
        sqlite: await hashOf(migration, 'sqlite'),
        postgres: await hashOf(migration, 'postgres'),
      };
      expect(sent).toEqual(recorded[name]);
    },
  );
});
