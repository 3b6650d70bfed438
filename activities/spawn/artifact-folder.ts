import { chown, mkdir, open } from 'node:fs/promises';
import { constants } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ArtifactSink } from '../sandbox/sandbox.ts';

/** Under a task's folder: the files that it left, and streams that were longer than a result keeps. */
export const leftFolder = 'out';
export const outputFolder = 'output';

/**
 * Where files of a task rest, one folder a task, made when the first file comes. A retry writes over the attempt before.
 * @param owner a user id that may read them beside us; null leaves them ours
 */
export function createArtifactFolder(folder: string, owner: number | null): ArtifactSink {
  const own = async (path: string): Promise<void> => {
    if (owner !== null) await chown(path, owner, -1);
  };
  const makeFolder = async (path: string): Promise<void> => {
    const first = await mkdir(path, { recursive: true, mode: 0o700 });
    if (first === undefined) return;
    for (let made = path; made.length >= first.length; made = dirname(made)) await own(made);
  };
  return {
    async open(what) {
      const file =
        what.kind === 'left'
          ? join(folder, leftFolder, what.path)
          : join(folder, outputFolder, what.stream);
      await makeFolder(dirname(file));
      const { O_WRONLY, O_CREAT, O_TRUNC, O_NOFOLLOW } = constants;
      const handle = await open(file, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0o600);
      await own(file);
      return {
        write: async (bytes) => void (await handle.writeFile(bytes)),
        close: () => handle.close(),
      };
    },
  };
}
