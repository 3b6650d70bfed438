import { chown, mkdir, open, readdir, rm } from 'node:fs/promises';
import { constants } from 'node:fs';
import { dirname, join } from 'node:path';
import { isDiskFull } from '../../platform/files/disk-full.ts';
import { attemptFolder } from '../../platform/task-folder.ts';
import type { ArtifactSink } from '../sandbox/sandbox.ts';
import type { Attempt } from './task-activities.ts';

/** Free disk space is checked for every file, and again after each 16 MiB of one. */
const checkEveryBytes = 16 * 2 ** 20;

/**
 * Stores the files of an attempt. Folders are created with the first file.
 * @param folder of all tasks
 * @param owner a user id that becomes their owner; null leaves them to the user of this process
 * @param hasRoom returns whether the disk may take more
 */
export function createArtifactFolder(
  folder: string,
  { spawn_id, attempt }: Attempt,
  owner: number | null,
  hasRoom: () => Promise<boolean>,
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
      if (!(await hasRoom())) return null;
      const under = attemptFolder(folder, spawn_id, attempt, what.kind);
      const file = join(under, what.kind === 'left' ? what.path : what.stream);
      await makeFolder(dirname(file));
      const { O_WRONLY, O_CREAT, O_TRUNC, O_NOFOLLOW } = constants;
      const handle = await open(file, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0o600);
      await own(file);
      let unchecked = 0;
      const fits = async (bytes: Uint8Array): Promise<boolean> => {
        unchecked += bytes.length;
        if (unchecked < checkEveryBytes) return true;
        unchecked = 0;
        return hasRoom();
      };
      const write = async (bytes: Uint8Array): Promise<boolean> => {
        try {
          if (!(await fits(bytes))) return false;
          await handle.writeFile(bytes);
          return true;
        } catch (error) {
          if (isDiskFull(error)) return false;
          throw error;
        }
      };
      return {
        async write(bytes) {
          if (await write(bytes)) return true;
          await handle.close();
          await rm(file, { force: true });
          return false;
        },
        close: () => handle.close(),
      };
    },
  };
}

/** Removes the files of earlier attempts: only those of the last one can be downloaded. */
export async function removeEarlier(folder: string, { spawn_id, attempt }: Attempt): Promise<void> {
  const names = await readdir(join(folder, spawn_id)).catch(() => []);
  for (const name of names.filter((one) => Number(one) < attempt))
    await rm(join(folder, spawn_id, name), { recursive: true, force: true });
}
