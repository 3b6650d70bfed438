import { rm, rmdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { isInside } from '../../platform/files/is-inside.ts';

/** Removes files of the folder of models, and the folders that are empty then. What is gone already is done. */
export async function removeFiles(root: string, paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    const full = resolve(root, path);
    if (!isInside(resolve(root), full)) continue;
    await rm(full, { force: true });
    for (let at = dirname(path); at !== '.' && at !== ''; at = dirname(at)) {
      const isGone = await rmdir(join(root, at)).then(
        () => true,
        () => false,
      );
      if (!isGone) break;
    }
  }
}
