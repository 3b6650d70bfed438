import { join } from 'node:path';

/** Where files of tasks rest, one folder a task; the spawner writes there, the gateway reads. */
export const spawnsFolder = (home: string): string => join(home, 'spawns');

/** Where an attempt's files rest under that: those that it left, and streams that are longer than a result keeps. */
export const attemptFolder = (
  folder: string,
  spawnId: string,
  attempt: number,
  what: 'left' | 'output',
): string => join(folder, spawnId, String(attempt), what);
