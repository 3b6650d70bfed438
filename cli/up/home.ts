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

/** With less free space than this, not even a lock file can be written. */
const leastFreeBytes = 256 * 1024;

/** The home cannot be used. The message says why and what to do. */
export class HomeUnusable extends Error {
  override name = 'HomeUnusable';
}

/**
 * Creates the home if it is missing, with access for its owner only. An existing folder keeps its mode, but its private
 * files are made accessible to their owner only. Throws `HomeUnusable`.
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

/** Files that an earlier version or another umask may have left readable for others. */
const privateFiles = [
  'tokens.env',
  'internal.key',
  'madre.env',
  'inee.keys',
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
  // the guard runs as the owner of its folder; as another user it could not read the files that root writes
  if (process.getuid?.() === 0 && folder.uid !== 0)
    for (const name of ['.', ...readdirSync(guard, { recursive: true }).map(String)])
      chownSync(join(guard, name), 0, 0);
}

const reasons: Record<string, string> = {
  EACCES: 'this user has no write access',
  EPERM: 'this user has no write access',
  EROFS: 'its disk is read-only',
  ENOSPC: 'its disk is full',
  EDQUOT: 'the disk quota is used up',
  ENOTDIR: 'a part of this path is a file, not a folder',
  EEXIST: 'it is a file, not a folder',
};

function homeUnusable(home: string, { code = '', message }: NodeJS.ErrnoException): HomeUnusable {
  const why = reasons[code] ?? message;
  const full = code === 'ENOSPC' || code === 'EDQUOT';
  const next = full ? 'Free some space' : 'Correct that';
  return new HomeUnusable(
    `VX11 cannot keep its files in ${home}: ${why}. ${next}, or name another folder in VX11_HOME.`,
  );
}
