import { mkdtemp, rm } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { openStore } from '../../store/index.ts';

/** A database for the store's tests, with direct access for what no store would do. */
export interface Backend {
  url: string;
  /** Sends statements past the store, as someone who tampers with the database would. */
  tamper(sql: string): Promise<void>;
  /** Rows as a person with SQL access gets them; integers as numbers. */
  read(sql: string): Promise<Record<string, unknown>[]>;
  stop(): Promise<void>;
}

export async function sqliteBackend(): Promise<Backend> {
  const folder = await mkdtemp(join(tmpdir(), 'vx11-store-'));
  const file = join(folder, 'vx11.db');
  return {
    url: `sqlite:${file}`,
    async tamper(sql) {
      const db = new DatabaseSync(file, { timeout: 1000 });
      try {
        db.exec(sql);
      } finally {
        db.close();
      }
    },
    async read(sql) {
      const db = new DatabaseSync(file, { readOnly: true, timeout: 1000 });
      try {
        return db
          .prepare(sql)
          .all()
          .map((row) => ({ ...row }));
      } finally {
        db.close();
      }
    },
    stop: () => rm(folder, { recursive: true, force: true }),
  };
}

/** The same, without the tables of INEE: nothing else may need them. */
export async function sqliteWithoutInee(): Promise<Backend> {
  const backend = await sqliteBackend();
  await (await openStore(backend.url)).close();
  const named =
    "select name from sqlite_master where name like 'hormiguero_inee_%' and type = 'table'";
  const tables = await backend.read(named);
  for (const { name } of tables) await backend.tamper(`drop table ${String(name)}`);
  return backend;
}

const integers: ReadonlySet<number> = new Set([pg.types.builtins.INT4, pg.types.builtins.INT8]);

/** A database with this name in a running cluster. */
export async function postgresBackend(clusterUrl: string, name: string): Promise<Backend> {
  const send = async (url: string, sql: string): Promise<Record<string, unknown>[]> => {
    const types = { getTypeParser: (oid: number) => (integers.has(oid) ? Number : String) };
    const client = new pg.Client({ connectionString: url, types });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows;
    } finally {
      await client.end();
    }
  };
  await send(`${clusterUrl}/postgres`, `create database ${name}`);
  const url = `${clusterUrl}/${name}`;
  return {
    url,
    tamper: async (sql) => void (await send(url, sql)),
    read: (sql) => send(url, sql),
    stop: async () =>
      void (await send(`${clusterUrl}/postgres`, `drop database ${name} with (force)`)),
  };
}
