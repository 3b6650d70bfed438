import { linkSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readPidFile, removePidFile, writePidFile } from './pid-file.ts';
import { isAlive } from './process-identity.ts';

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

/**
 * Makes this process the only supervisor of `home`, and gives what releases it. A lock whose process is gone is
 * taken over. Throws `HomeInUse`.
 */
export function lockHome(home: string): () => void {
  const folder = join(home, 'run');
  const lock = join(folder, 'supervisor.lock');
  const mine = join(folder, `supervisor.${process.pid}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writePidFile(mine, process.pid);
  try {
    take(mine, lock, home);
  } finally {
    removePidFile(mine);
  }
  return () => {
    if (readPidFile(lock)?.pid === process.pid) rmSync(lock, { force: true });
  };
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
