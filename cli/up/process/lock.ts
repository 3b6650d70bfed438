import { linkSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readPidFile, removePidFile, writePidFile } from './pid-file.ts';
import { isAlive } from '../../../platform/process-identity.ts';

/** Another supervisor already runs this home. */
export class HomeInUse extends Error {
  readonly pid: number;

  constructor(home: string, pid: number) {
    super(
      `VX11 is already running on ${home} (process ${pid}). Stop it, or name another folder in VX11_HOME.`,
    );
    this.name = 'HomeInUse';
    this.pid = pid;
  }
}

const lockOf = (home: string): string => join(home, 'run', 'supervisor.lock');

/**
 * Locks `home` for one supervisor: the process `pid`, by default this one. Takes over a lock whose process is gone.
 * Throws `HomeInUse`.
 * @returns a function that releases the lock
 */
export function lockHome(home: string, pid = process.pid): () => void {
  const folder = join(home, 'run');
  const mine = join(folder, `supervisor.${pid}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writePidFile(mine, pid);
  try {
    take(mine, lockOf(home), home);
  } finally {
    removePidFile(mine);
  }
  return () => releaseHome(home, pid);
}

/** Releases the lock of a home if that process holds it. */
export function releaseHome(home: string, pid = process.pid): void {
  const lock = lockOf(home);
  if (readPidFile(lock)?.pid === pid) rmSync(lock, { force: true });
}

/** Takes the lock by a hard link, which appears whole or not at all, so no process reads a half-written lock. */
function take(mine: string, lock: string, home: string) {
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      linkSync(mine, lock);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const owner = readPidFile(lock);
    if (owner && isAlive(owner)) throw new HomeInUse(home, owner.pid);
    rmSync(lock, { force: true });
  }
  throw new Error(
    `The lock ${lock} could not be taken: other starts keep taking it. Try again in a moment.`,
  );
}
