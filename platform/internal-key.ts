import { randomBytes } from 'node:crypto';
import { chmodSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The header in which one process of an installation proves itself to another. */
export const internalHeader = 'x-vx11-internal';
/** Media type of an answer in JSON Lines, the last of which is the answer itself. */
export const internalLines = 'application/x-ndjson';

/**
 * Returns the key by which the gateway and madre recognise each other: the given one, or that of a file in `home`, which
 * the first process creates (mode 0600). Null if there is neither.
 */
export function internalKey(given: string | undefined, home: string | undefined): string | null {
  if (given !== undefined) return given;
  if (home === undefined) return null;
  const file = join(home, 'internal.key');
  return read(file) ?? write(home, file);
}

function read(file: string): string | null {
  try {
    const text = readFileSync(file, 'utf8').trim();
    return text.length >= 32 ? text : null;
  } catch {
    return null;
  }
}

/** Creates the key file. A hard link is atomic, so that two processes that start at once end up with the same key. */
function write(home: string, file: string): string | null {
  const fresh = `${file}.${process.pid}`;
  try {
    mkdirSync(home, { recursive: true, mode: 0o700 });
    writeFileSync(fresh, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600 });
    chmodSync(fresh, 0o600);
    linkSync(fresh, file);
  } catch {
    // another process was faster, or the folder is not writable
  }
  removeQuietly(fresh);
  return read(file);
}

function removeQuietly(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // the folder is not writable, so that there is nothing to remove
  }
}
