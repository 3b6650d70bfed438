import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const fileOf = (home: string): string => join(home, 'run', 'gateway.url');

/** Records the gateway's address in the home, for commands that are given only the home. */
export const writeGatewayUrl = (home: string, url: string): void =>
  writeFileSync(fileOf(home), `${url}\n`);

/** Returns the address that the home's gateway was last started on; undefined if it was never started. */
export function readGatewayUrl(home: string): string | undefined {
  try {
    return readFileSync(fileOf(home), 'utf8').trim() || undefined;
  } catch {
    return undefined;
  }
}
