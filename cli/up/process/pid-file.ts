import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { identify, type ProcessIdentity } from '../../../platform/process-identity.ts';

/** Records the identity of a process, so that a later start can find it. */
export function writePidFile(file: string, pid: number): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(identify(pid) ?? { pid, started: '' }));
}

/** Reads the process from a file; undefined if the file is missing or invalid. */
export function readPidFile(file: string): ProcessIdentity | undefined {
  try {
    const { pid, started } = JSON.parse(readFileSync(file, 'utf8')) as Partial<ProcessIdentity>;
    return pid && started ? { pid, started } : undefined;
  } catch {
    return undefined;
  }
}

export const removePidFile = (file: string): void => rmSync(file, { force: true });
