import { statSync } from 'node:fs';
import { delimiter, dirname } from 'node:path';

/** The folder of a stack: that of its first compose file. @param named the value of VX11_COMPOSE_FILE, absolute */
export function stackFolder(named: string): string {
  const isFolder = statSync(named, { throwIfNoEntry: false })?.isDirectory() === true;
  return isFolder ? named : dirname(named.split(delimiter)[0]!);
}
