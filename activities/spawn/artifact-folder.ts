import { chown, mkdir, open } from 'node:fs/promises';
import { constants } from 'node:fs';
import { dirname, join } from 'node:path';
import { attemptFolder } from '../../store/spawns-folder.ts';
import type { ArtifactSink } from '../sandbox/sandbox.ts';

/**
 * Where files of an attempt rest, in folders that are made when the first file comes.
 * @param folder of all tasks
 * @param owner a user id that may read them beside us; null leaves them ours
 */
export function createArtifactFolder(
  folder: string,
  { spawn_id, attempt }: { spawn_id: string; attempt: number },
  owner: number | null,
): ArtifactSink {
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
      const under = attemptFolder(folder, spawn_id, attempt, what.kind);
      const file = join(under, what.kind === 'left' ? what.path : what.stream);
      await makeFolder(dirname(file));
      const { O_WRONLY, O_CREAT, O_TRUNC, O_NOFOLLOW } = constants;
      const handle = await open(file, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0o600);
      await own(file);
      return {
        write: (bytes) => handle.writeFile(bytes),
        close: () => handle.close(),
      };
    },
  };
}
