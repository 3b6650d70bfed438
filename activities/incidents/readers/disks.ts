import { stat, statfs } from 'node:fs/promises';
import type { DiskFact } from '../../../domain/incidents/facts.ts';

const keptMs = 3 * 3_600_000;

/**
 * The file systems of some folders, each once; a folder that does not exist here is left out. It remembers three hours of free
 * space.
 * @param folders the first folder of a file system names it
 */
export function createDiskReader(
  folders: () => Promise<readonly string[]>,
  clock: () => number,
): () => Promise<DiskFact[]> {
  const histories = new Map<string, (readonly [number, number])[]>();
  return async () => {
    const now = clock();
    const byDevice = new Map<number, string>();
    for (const path of await folders()) {
      const found = await stat(path).catch(() => null);
      if (found !== null && !byDevice.has(found.dev)) byDevice.set(found.dev, path);
    }
    return Promise.all(
      [...byDevice.values()].map(async (path) => {
        const { bsize, blocks, bavail, files, ffree } = await statfs(path);
        const free_bytes = bavail * bsize;
        const history = (histories.get(path) ?? []).filter(([at]) => at > now - keptMs);
        histories.set(path, [...history, [now, free_bytes]]);
        return {
          path,
          free: blocks === 0 ? 1 : bavail / blocks,
          free_bytes,
          free_inodes: files === 0 ? null : ffree / files,
          history,
        };
      }),
    );
  };
}
