import { join } from 'node:path';

/** The folder with the files of tasks, one folder per task; the spawner writes there, the gateway reads. */
export const tasksFolder = (home: string): string => join(home, 'spawns');

/** The folder of an attempt in it: the files that it left, and streams that are longer than a result keeps. */
export const attemptFolder = (
  folder: string,
  taskId: string,
  attempt: number,
  what: 'left' | 'output',
): string => join(folder, taskId, String(attempt), what);
