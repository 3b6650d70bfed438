import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive, type ProcessIdentity } from '../../../platform/process-identity.ts';

/** Reading it costs some ms, and it changes slowly. */
const freshMs = 30_000;
/** So that small changes are none. */
const stepBytes = 1024 ** 2;

/**
 * Makes a function that measures what the processes that the supervisor has noted in `home` take together, in bytes of
 * proportional set size; null if there are none, or this system does not tell.
 */
export function ownMemory(
  home: string,
  now = () => performance.now(),
): () => Promise<number | null> {
  let last: { at: number; bytes: number | null } | undefined;
  return async () => {
    if (last === undefined || now() - last.at > freshMs)
      last = { at: now(), bytes: await measure(join(home, 'run')).catch(() => null) };
    return last.bytes;
  };
}

async function measure(folder: string): Promise<number | null> {
  const files = (await readdir(folder)).filter((name) => /\.pid$|^supervisor\.lock$/.test(name));
  const shares = await Promise.all(files.map((name) => shareOf(join(folder, name))));
  const known = shares.filter((share) => share !== null);
  if (known.length === 0) return null;
  return Math.round(known.reduce((sum, share) => sum + share, 0) / stepBytes) * stepBytes;
}

/** The bytes of the process in a file; null if it does not run. */
async function shareOf(file: string): Promise<number | null> {
  try {
    const identity = JSON.parse(await readFile(file, 'utf8')) as ProcessIdentity;
    if (!isAlive(identity)) return null;
    const text = await readFile(`/proc/${identity.pid}/smaps_rollup`, 'utf8');
    return Number(/^Pss:\s+(\d+) kB/m.exec(text)![1]) * 1024;
  } catch {
    return null;
  }
}
