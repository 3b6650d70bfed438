import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The admin token of this installation, and the file that holds it. */
export interface AdminToken {
  token: string;
  /** Undefined if the token came from the environment. */
  file: string | undefined;
}

/** Returns the given token, or the one in `<home>/tokens.env` (mode 0600), or else writes a new one there. */
export function adminToken(home: string, given: string | undefined): AdminToken {
  if (given) return { token: given, file: undefined };
  const file = join(home, 'tokens.env');
  const known = readToken(file);
  if (known) return { token: known, file };
  const token = randomBytes(32).toString('base64url');
  mkdirSync(home, { recursive: true, mode: 0o700 });
  writeFileSync(file, `VX11_TOKEN=${token}\n`, { mode: 0o600 });
  return { token, file };
}

function readToken(file: string): string | undefined {
  try {
    return /^VX11_TOKEN=(\S+)$/m.exec(readFileSync(file, 'utf8'))?.[1];
  } catch {
    return undefined;
  }
}
