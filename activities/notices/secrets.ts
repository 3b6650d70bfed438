import { readFile, realpath, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { SecretSource } from '../../contracts/notice-channel.ts';
import { isInside } from '../../platform/files/is-inside.ts';

const mostBytes = 65_536;

/** Reads a secret of a channel, at each use: a changed one counts at once. */
export type ReadSecret = (source: SecretSource) => Promise<string>;

/**
 * @param env the environment of this process
 * @param folder what relative paths are relative to: the folder of the stack
 * @param home the state of this installation: no secret of its own can be sent anywhere
 */
export function secretReader(
  env: Readonly<Record<string, string | undefined>>,
  folder: () => string,
  home: string,
): ReadSecret {
  return async (source) => {
    if ('env' in source) {
      const value = env[source.env]?.trim();
      if (value) return value;
      throw new Error(`${source.env} is not set in the environment of madre`);
    }
    const path = await realpath(resolve(folder(), source.file)).catch(() => {
      throw new Error(`the file ${source.file} cannot be read`);
    });
    if (isInside(await realpath(home), path))
      throw new Error(`${source.file} lies in VX11_HOME, whose files are sent nowhere`);
    const { size } = await stat(path);
    const value = size > mostBytes ? '' : (await readFile(path, 'utf8')).trim();
    if (value) return value;
    throw new Error(`the file ${source.file} is ${size > mostBytes ? 'too long' : 'empty'}`);
  };
}
