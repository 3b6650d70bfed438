import { statfs } from 'node:fs/promises';

/** Free space that tasks leave to others: so much, or this part of a disk that is smaller. */
const least = { bytes: 2 ** 30, part: 0.05 };

/** Whether files of tasks may still be kept on a disk, as statfs tells of it. */
export const mayKeep = (disk: { bsize: number; blocks: number; bavail: number }): boolean =>
  disk.bavail * disk.bsize >= Math.min(least.bytes, disk.blocks * disk.bsize * least.part);

/** The same of the disk under a folder; where nobody can tell, writing will. */
export const hasRoom = (folder: string): Promise<boolean> =>
  statfs(folder).then(mayKeep, () => true);
