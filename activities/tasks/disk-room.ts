import { statfs } from 'node:fs/promises';

/** Free space that tasks must leave on a disk: the smaller of this many bytes and this part of the disk. */
const least = { bytes: 2 ** 30, part: 0.05 };

/** Returns whether a disk, as reported by statfs, has room for more task files. */
export const mayKeep = (disk: { bsize: number; blocks: number; bavail: number }): boolean =>
  disk.bavail * disk.bsize >= Math.min(least.bytes, disk.blocks * disk.bsize * least.part);

/** Returns whether the disk that holds `folder` has room; true if that is unknown, since a failed write shows it too. */
export const hasRoom = (folder: string): Promise<boolean> =>
  statfs(folder).then(mayKeep, () => true);
