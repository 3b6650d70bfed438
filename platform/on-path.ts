import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The path of the first program of this name in the folders of `PATH`; undefined if there is none. */
export function onPath(name: string, env: NodeJS.ProcessEnv): string | undefined {
  const folders = (env['PATH'] ?? '').split(delimiter).filter(Boolean);
  return folders.map((folder) => join(folder, name)).find((file) => existsSync(file));
}
