import type { Client } from 'pg';
import { accessSync, constants, existsSync, openSync, readSync, closeSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { tlsTrouble } from '../../platform/tls/trouble.ts';
import { newerSchema, type AppliedMigration } from '../../store/migrations/index.ts';

const magic = 'SQLite format 3\0';
const connectMs = 3_000;
const migrationsQuery = 'select * from migrations order by name';
/** Postgres error classes that waiting does not solve: authorization failed (28), or no such database (3D). */
const permanentCodes = /^(28|3D)/;

/**
 * Checks whether the store at VX11_STORE_URL can be used, without changing it; null if no problem is found. `permanent` is
 * false for a server that only does not answer now, because VX11 waits for it.
 */
export async function storeTrouble(
  url: string,
  cwd: string,
): Promise<{ permanent: boolean; sentence: string } | null> {
  return url.startsWith('sqlite:')
    ? fileTrouble(resolve(cwd, url.slice('sqlite:'.length)))
    : serverTrouble(url);
}

async function fileTrouble(file: string) {
  const wrong = (why: string) => ({
    permanent: true,
    sentence: `VX11_STORE_URL names ${file}, which cannot be used: ${why}.`,
  });
  const folder = dirname(file);
  if (!existsSync(folder)) return wrong(`the folder ${folder} does not exist`);
  try {
    accessSync(folder, constants.W_OK);
    if (!existsSync(file)) return null;
    accessSync(file, constants.R_OK | constants.W_OK);
    const head = firstBytes(file);
    if (head !== '' && head !== magic) return wrong('it is not a SQLite database');
    const newer = newerSchema(await migrationsOf(file));
    return newer === null ? null : { permanent: true, sentence: newer };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EISDIR') return wrong('it is a folder');
    return wrong(code === 'EACCES' || code === 'EROFS' ? 'this user has no write access' : message);
  }
}

/** The migrations that a database file has; none if they cannot be read now, which the processes report themselves. */
async function migrationsOf(file: string): Promise<AppliedMigration[]> {
  const { DatabaseSync } = await import('node:sqlite');
  try {
    using database = new DatabaseSync(file, { readOnly: true, timeout: connectMs });
    return database.prepare(migrationsQuery).all() as unknown as AppliedMigration[];
  } catch {
    return [];
  }
}

function firstBytes(file: string): string {
  const opened = openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(magic.length);
    return bytes.subarray(0, readSync(opened, bytes, 0, magic.length, 0)).toString('latin1');
  } finally {
    closeSync(opened);
  }
}

async function serverTrouble(url: string) {
  if (!URL.canParse(url)) return { permanent: true, sentence: 'VX11_STORE_URL is not a URL.' };
  const { host, pathname } = new URL(url);
  const { default: pg } = await import('pg');
  let client: Client;
  try {
    client = new pg.Client({ connectionString: url, connectionTimeoutMillis: connectMs });
  } catch (error) {
    // a file that the URL names cannot be read
    return { permanent: true, sentence: `VX11_STORE_URL: ${(error as Error).message}.` };
  }
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client
      .query<AppliedMigration>(migrationsQuery)
      .catch(() => ({ rows: [] }));
    const newer = newerSchema(rows);
    return newer === null ? null : { permanent: true, sentence: newer };
  } catch (error) {
    const { code = '', message } = error as { code?: string; message: string };
    const permanent = permanentCodes.test(code);
    const why = tlsTrouble(error) ?? (message || code);
    const what = `The database of VX11_STORE_URL (${host}${pathname}) cannot be used: ${why}.`;
    return { permanent, sentence: permanent ? what : `${what} VX11 waits for it.` };
  } finally {
    await client.end().catch(() => undefined);
  }
}
