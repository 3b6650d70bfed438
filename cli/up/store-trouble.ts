import { accessSync, constants, existsSync, openSync, readSync, closeSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

const magic = 'SQLite format 3\0';
const connectMs = 3_000;
/** Postgres' own codes of what waiting does not mend: who asks is not let in, or there is no such database. */
const lasting = /^(28|3D)/;

/**
 * Why the store of VX11_STORE_URL cannot be used, as far as that is seen without opening it; null where nothing speaks
 * against it. A server that is only away is waited for, so `lasting` is false then.
 */
export async function storeTrouble(
  url: string,
  cwd: string,
): Promise<{ lasting: boolean; sentence: string } | null> {
  return url.startsWith('sqlite:')
    ? fileTrouble(resolve(cwd, url.slice('sqlite:'.length)))
    : serverTrouble(url);
}

function fileTrouble(file: string) {
  const wrong = (why: string) => ({
    lasting: true,
    sentence: `VX11_STORE_URL names ${file}, which cannot be used: ${why}.`,
  });
  const folder = dirname(file);
  if (!existsSync(folder)) return wrong(`the folder ${folder} is not there`);
  try {
    accessSync(folder, constants.W_OK);
    if (!existsSync(file)) return null;
    accessSync(file, constants.R_OK | constants.W_OK);
    const head = firstBytes(file);
    return head === '' || head === magic ? null : wrong('it is no SQLite database');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EISDIR') return wrong('it is a folder');
    return wrong(code === 'EACCES' || code === 'EROFS' ? 'this user may not write it' : message);
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
  if (!URL.canParse(url)) return { lasting: true, sentence: 'VX11_STORE_URL is no address.' };
  const { host, pathname } = new URL(url);
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: connectMs });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return null;
  } catch (error) {
    const { code = '', message } = error as { code?: string; message: string };
    const forGood = lasting.test(code);
    const what = `The database of VX11_STORE_URL (${host}${pathname}) does not take us: ${message || code}.`;
    return { lasting: forGood, sentence: forGood ? what : `${what} VX11 waits for it.` };
  } finally {
    await client.end().catch(() => undefined);
  }
}
