const gibibyte = 1024 ** 3;

/** A file system, in bytes. */
export interface DiskSpace {
  free: number;
  size: number;
}

/** Whether so many more bytes fit and leave room for everything else: 5 % of the disk or 1 GiB, whichever is less. */
export const fits = ({ free, size }: DiskSpace, bytes: number): boolean =>
  free - bytes >= Math.min(size * 0.05, gibibyte);
