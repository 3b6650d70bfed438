import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

/** Less than this and not even a lock can be written. */
const leastFreeBytes = 256 * 1024;

/** VX11 cannot keep its files where it is to keep them; the message says why, and what to do. */
export class HomeUnusable extends Error {
  override name = 'HomeUnusable';
}

/**
 * Makes the home where it is missing, for its owner alone. A folder that was there keeps its mode; what is kept in it
 * becomes its owner's alone all the same. Throws `HomeUnusable`.
 */
export function openHome(home: string): void {
  try {
    mkdirSync(home, { recursive: true, mode: 0o700 });
    mkdirSync(join(home, 'run'), { recursive: true, mode: 0o700 });
    tightenFiles(home);
    const { bavail, bfree, bsize } = statfsSync(home);
    const free = (process.getuid?.() === 0 ? bfree : bavail) * bsize;
    if (free < leastFreeBytes) throw Object.assign(new Error('full'), { code: 'ENOSPC' });
    const probe = join(home, 'run', 'writable');
    writeFileSync(probe, '');
    rmSync(probe);
  } catch (error) {
    throw homeUnusable(home, error as NodeJS.ErrnoException);
  }
}

/** What an earlier version, or another umask, has left readable. */
const privateFiles = [
  'tokens.env',
  'internal.key',
  ...['vx11.db', 'temporal.db'].flatMap((name) => [name, `${name}-wal`, `${name}-shm`]),
];

function tightenFiles(home: string): void {
  for (const name of privateFiles) {
    const file = join(home, name);
    const known = statSync(file, { throwIfNoEntry: false });
    if (known !== undefined && (known.mode & 0o077) !== 0) chmodSync(file, 0o600);
  }
  const guard = join(home, 'guard');
  const folder = statSync(guard, { throwIfNoEntry: false });
  if (folder === undefined) return;
  if ((folder.mode & 0o077) !== 0) chmodSync(guard, 0o700);
  // the guard runs as the owner of its folder, and could not read what root writes for it
  if (process.getuid?.() === 0 && folder.uid !== 0)
    for (const name of ['.', ...readdirSync(guard, { recursive: true }).map(String)])
      chownSync(join(guard, name), 0, 0);
}

const reasons: Record<string, string> = {
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'its disk is read-only',
  ENOSPC: 'its disk is full',
  EDQUOT: 'the quota of its disk is used up',
  ENOTDIR: 'a part of this path is a file, not a folder',
  EEXIST: 'it is a file, not a folder',
};

function homeUnusable(home: string, { code = '', message }: NodeJS.ErrnoException): HomeUnusable {
  const why = reasons[code] ?? message;
  const full = code === 'ENOSPC' || code === 'EDQUOT';
  const next = full ? 'Free some space' : 'Put that right';
  return new HomeUnusable(
    `VX11 cannot keep its files in ${home}: ${why}. ${next}, or name another folder in VX11_HOME.`,
  );
}
