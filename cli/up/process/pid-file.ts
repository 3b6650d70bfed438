import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { identify, type ProcessIdentity } from '../../../platform/process-identity.ts';

/** Notes who runs as what, so that a later start can find it. */
export function writePidFile(file: string, pid: number): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(identify(pid) ?? { pid, started: '' }));
}

/** Whom the file names; undefined where it is missing or cannot be understood. */
export function readPidFile(file: string): ProcessIdentity | undefined {
  try {
    const { pid, started } = JSON.parse(readFileSync(file, 'utf8')) as Partial<ProcessIdentity>;
    return pid && started ? { pid, started } : undefined;
  } catch {
    return undefined;
  }
}

export const removePidFile = (file: string): void => rmSync(file, { force: true });
