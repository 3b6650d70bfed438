import { linkSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readPidFile, removePidFile, writePidFile } from './pid-file.ts';
import { isAlive } from '../../../platform/process-identity.ts';

/** Another supervisor already runs this home. */
export class HomeInUse extends Error {
  readonly pid: number;

  constructor(home: string, pid: number) {
    super(
      `VX11 already runs on ${home} (process ${pid}). End it, or name another folder in VX11_HOME.`,
    );
    this.name = 'HomeInUse';
    this.pid = pid;
  }
}

const lockOf = (home: string): string => join(home, 'run', 'supervisor.lock');

/**
 * Makes a process, this one where none is named, the only supervisor of `home`, and gives what releases it. A lock whose
 * process is gone is taken over. Throws `HomeInUse`.
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

/** Gives a home back, where it is that process's. */
export function releaseHome(home: string, pid = process.pid): void {
  const lock = lockOf(home);
  if (readPidFile(lock)?.pid === pid) rmSync(lock, { force: true });
}

/** A hard link appears whole or not at all, so nobody reads a lock that is half written. */
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
  throw new Error(`The lock ${lock} changes hands all the time`);
}
