import { globSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readPidFile, removePidFile } from './pid-file.ts';
import { isAlive, type ProcessIdentity } from '../../../platform/process-identity.ts';

/** Short, because their data survives a kill and a person waits for the start. */
const graceMs = 1_000;
const pollMs = 25;

/** Ends the programs that a killed supervisor of `home` left running, and returns their names. */
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

/** Sends SIGTERM, then SIGKILL after the grace period, and waits until the process is gone. */
async function endProcess(child: ProcessIdentity) {
  signal(child.pid, 'SIGTERM');
  for (const end = Date.now() + graceMs; isAlive(child) && Date.now() < end;) await sleep(pollMs);
  if (isAlive(child)) signal(child.pid, 'SIGKILL');
  while (isAlive(child)) await sleep(pollMs);
}

function signal(pid: number, name: NodeJS.Signals) {
  try {
    process.kill(pid, name);
  } catch {
    // it has exited meanwhile
  }
}
