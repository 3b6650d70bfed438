import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** How commands on this machine reach its gateway. */
export interface OwnGateway {
  url: string;
  /** The file of its certificate; undefined if it serves plain HTTP. */
  cert: string | undefined;
}

const fileOf = (home: string): string => join(home, 'run', 'gateway.url');

/** Records the gateway's address, and its certificate's file, in the home, for commands that are given only the home. */
export const writeOwnGateway = (home: string, { url, cert }: OwnGateway): void =>
  writeFileSync(fileOf(home), [url, cert, ''].filter((line) => line !== undefined).join('\n'));

/** Returns how the home's gateway was last started; undefined if it was never started. */
export function readOwnGateway(home: string): OwnGateway | undefined {
  try {
    const [url, cert] = readFileSync(fileOf(home), 'utf8').trim().split('\n');
    return url ? { url, cert } : undefined;
  } catch {
    return undefined;
  }
}
