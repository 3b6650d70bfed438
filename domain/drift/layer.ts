/** Files of pids, logs and caches, and what lasts for one run only: programs write them all the time. */
export const isWrittenAlways = (path: string): boolean =>
  /^\/(run|var\/run|tmp|var\/tmp|var\/log|var\/cache|var\/lib\/(nginx|apt))(\/|$)|\.pid$/.test(
    path,
  );

/** What the Engine says of a file in a container, as `archive` shows it: the mode as Go writes it. */
export interface LayerStat {
  name: string;
  mode: number;
}

/** Go's bit of folders, and all of its bits for what is no ordinary file. */
const folderBit = 2 ** 31;
const otherBits = [2 ** 31, 2 ** 27, 2 ** 26, 2 ** 25, 2 ** 24, 2 ** 21, 2 ** 19];
const has = (mode: number, bit: number): boolean => Math.floor(mode / bit) % 2 === 1;

export const isFolder = ({ mode }: LayerStat): boolean => has(mode, folderBit);

/** An ordinary file that somebody may run. */
export const isExecutable = ({ mode }: LayerStat): boolean =>
  !otherBits.some((bit) => has(mode, bit)) && (mode & 0o111) !== 0;
