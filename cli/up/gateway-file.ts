import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const fileOf = (home: string): string => join(home, 'run', 'gateway.url');

/** Notes where the gateway of a home listens, for command lines that are given the home alone. */
export const writeGatewayUrl = (home: string, url: string): void =>
  writeFileSync(fileOf(home), `${url}\n`);

/** Where the gateway of a home listened when it was last started; undefined where it never was. */
export function readGatewayUrl(home: string): string | undefined {
  try {
    return readFileSync(fileOf(home), 'utf8').trim() || undefined;
  } catch {
    return undefined;
  }
}
