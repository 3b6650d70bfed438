import { copyFileSync, mkdirSync, openSync, statSync, truncateSync } from 'node:fs';
import { dirname } from 'node:path';

const defaultLimitBytes = 5 * 1024 * 1024;

/** Opens a log for a child to append to. The caller closes the descriptor. */
export function openLog(file: string): number {
  mkdirSync(dirname(file), { recursive: true });
  return openSync(file, 'a', 0o600);
}

/**
 * Rotates a log larger than `limitBytes` to `<file>.1`, which it replaces. The child keeps its file open for appending,
 * so the log is copied and truncated; lines written between the two steps may be lost.
 */
export function rotateLog(file: string, limitBytes = defaultLimitBytes): boolean {
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) <= limitBytes) return false;
  copyFileSync(file, `${file}.1`);
  truncateSync(file);
  return true;
}
