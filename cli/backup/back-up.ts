import { existsSync, linkSync } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { refuse, refuseWith } from './failure.ts';
import { backupNames, storeName, type BackupManifest } from './manifest.ts';
import { writeArchive, type Source } from './write-archive.ts';

/** How long the copy waits for a writer. */
const waitMs = 10_000;

/** What is backed up: the home, and the SQLite file of the store; null if the store is Postgres. */
export interface Installation {
  home: string;
  storeFile: string | null;
}

/**
 * Writes a backup, also while VX11 runs: the store is copied at one moment. The file is private to its owner, and an existing one
 * is not replaced.
 * @throws `CommandFailed`, and leaves nothing behind
 */
export async function backUp(from: Installation, file: string): Promise<BackupManifest> {
  const taken = (): never => {
    throw refuse(`${file} exists. Name another file: a backup replaces none.`);
  };
  if (existsSync(file)) taken();
  let folder: string | null = null;
  try {
    // beside the file, so that it appears there whole or not at all
    folder = await mkdtemp(join(dirname(file), '.vx11-backup-'));
    const sources = sourcesOf(from, folder);
    const whole = join(folder, 'whole');
    const archive = await open(whole, 'wx', 0o600);
    try {
      const manifest = await writeArchive(archive, sources, from.storeFile ? 'sqlite' : 'postgres');
      linkSync(whole, file);
      return manifest;
    } finally {
      await archive.close();
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') taken();
    throw refuseWith(error, `The backup could not be written to ${file}`);
  } finally {
    if (folder !== null) await rm(folder, { recursive: true, force: true });
  }
}

function sourcesOf({ home, storeFile }: Installation, folder: string): Source[] {
  const kept = backupNames
    .filter((path) => path !== storeName)
    .map((path) => ({ path, file: join(home, path) }))
    .filter(({ file }) => existsSync(file));
  if (storeFile === null) {
    if (kept.length === 0) throw refuse(`There is nothing to back up in ${home}.`);
    return kept;
  }
  if (!existsSync(storeFile))
    throw refuse(`There is nothing to back up: ${storeFile} does not exist. Check VX11_HOME.`);
  const copy = join(folder, storeName);
  using store = new DatabaseSync(storeFile, { readOnly: true, timeout: waitMs });
  store.prepare('vacuum into ?').run(copy);
  return [{ path: storeName, file: copy }, ...kept];
}
