import { join, resolve } from 'node:path';
import type { Installation } from '../../backup/back-up.ts';
import { CommandFailed, exitCode } from '../../exit-code.ts';
import { readSettings } from '../../up/settings.ts';

const repository = join(import.meta.dirname, '../../..');

/** The installation that the environment names. Invalid settings are a usage error. */
export function readInstallation(env: NodeJS.ProcessEnv): Installation {
  try {
    const { home, env: own } = readSettings(env, repository);
    const url = own['VX11_STORE_URL'] ?? '';
    const isFile = url.startsWith('sqlite:');
    return { home, storeFile: isFile ? resolve(repository, url.slice('sqlite:'.length)) : null };
  } catch (error) {
    throw new CommandFailed(exitCode.usage, (error as Error).message, { cause: error });
  }
}
