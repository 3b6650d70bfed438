import { accessSync, constants, existsSync, openSync, readSync, closeSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

const magic = 'SQLite format 3\0';
const connectMs = 3_000;
/** Postgres error classes that waiting does not solve: authorization failed (28), or no such database (3D). */
const permanentCodes = /^(28|3D)/;

/**
 * Checks whether the store at VX11_STORE_URL can be used, without opening it; null if no problem is found. `permanent` is
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

function fileTrouble(file: string) {
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
    return head === '' || head === magic ? null : wrong('it is not a SQLite database');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EISDIR') return wrong('it is a folder');
    return wrong(code === 'EACCES' || code === 'EROFS' ? 'this user has no write access' : message);
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
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: connectMs });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return null;
  } catch (error) {
    const { code = '', message } = error as { code?: string; message: string };
    const permanent = permanentCodes.test(code);
    const what = `The database of VX11_STORE_URL (${host}${pathname}) refuses the connection: ${message || code}.`;
    return { permanent, sentence: permanent ? what : `${what} VX11 waits for it.` };
  } finally {
    await client.end().catch(() => undefined);
  }
}
