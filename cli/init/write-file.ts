import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { CommandFailed, exitCode } from '../exit-code.ts';

/**
 * Writes a file that somebody may have changed since, so that only `force` replaces one. Returns its absolute path.
 * @throws `CommandFailed` with `exitCode.refused` if the file exists
 */
export function writeNew(file: string, text: string, force: boolean): string {
  const path = resolve(file);
  try {
    writeFileSync(path, text, { flag: force ? 'w' : 'wx' });
    return path;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST')
      throw new CommandFailed(
        exitCode.refused,
        `file_exists: ${path} exists. Name another file, or replace it with --force.`,
      );
    throw new CommandFailed(exitCode.failed, `${path} cannot be written: ${message}`);
  }
}
