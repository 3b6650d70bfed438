import { globSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readPidFile, removePidFile } from './pid-file.ts';
import { isAlive, type ProcessIdentity } from '../../../platform/process-identity.ts';

/** What they keep survives a kill, and a person is waiting for the start. */
const graceMs = 1_000;
const lookMs = 25;

/** Ends what a killed supervisor of `home` left running, and names it. */
export async function endStaleChildren(home: string): Promise<string[]> {
  const files = globSync(join(home, 'run', '*.pid'));
  const ended = await Promise.all(
    files.map(async (file) => {
      const child = readPidFile(file);
      const alive = child !== undefined && isAlive(child);
      if (alive) await endProcess(child);
      removePidFile(file);
      return alive ? [basename(file, '.pid')] : [];
    }),
  );
  return ended.flat();
}

/** Asks a process to go, then makes it. */
async function endProcess(child: ProcessIdentity) {
  signal(child.pid, 'SIGTERM');
  for (const end = Date.now() + graceMs; isAlive(child) && Date.now() < end;) await sleep(lookMs);
  if (isAlive(child)) signal(child.pid, 'SIGKILL');
  while (isAlive(child)) await sleep(lookMs);
}

function signal(pid: number, name: NodeJS.Signals) {
  try {
    process.kill(pid, name);
  } catch {
    // It went by itself meanwhile.
  }
}
