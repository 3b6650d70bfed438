import { mkdtemp, rm } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';

/** A database that the store's tests run on, with a door of its own for what no store would do. */
export interface Backend {
  url: string;
  /** One statement past the store, such as a tampering hand would send. */
  tamper(sql: string): Promise<void>;
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
    stop: () => rm(folder, { recursive: true, force: true }),
  };
}

/** A database of a name of its own in a cluster that runs already. */
export async function postgresBackend(clusterUrl: string, name: string): Promise<Backend> {
  const send = async (url: string, sql: string): Promise<void> => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      await client.query(sql);
    } finally {
      await client.end();
    }
  };
  await send(`${clusterUrl}/postgres`, `create database ${name}`);
  const url = `${clusterUrl}/${name}`;
  return {
    url,
    tamper: (sql) => send(url, sql),
    stop: () => send(`${clusterUrl}/postgres`, `drop database ${name} with (force)`),
  };
}
