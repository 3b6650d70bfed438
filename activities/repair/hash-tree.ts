import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { walk } from '../../platform/files/walk.ts';

/**
 * A hash over names, contents, modes and owners of everything in a folder, without `.git` and VX11's own folder. It shows
 * that no phase of a repair but the applying one wrote to the stack. What a running service writes there changes it too.
 */
export async function hashTree(folder: string, home: string): Promise<string> {
  const hash = createHash('sha256');
  const isSkipped = (path: string, name: string): boolean => name === '.git' || path === home;
  for await (const { path, stats } of walk(folder, isSkipped)) {
    hash.update(JSON.stringify([path, stats.mode, stats.uid, stats.gid]));
    if (stats.isSymbolicLink()) hash.update(await readlink(join(folder, path)));
    if (!stats.isFile()) continue;
    for await (const piece of createReadStream(join(folder, path))) hash.update(piece as Buffer);
  }
  return hash.digest('hex');
}
