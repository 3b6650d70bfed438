import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Installation } from './back-up.ts';
import { checkStore } from './check-store.ts';
import { refuse, refuseWith } from './failure.ts';
import { backupNames, storeName, type BackupManifest } from './manifest.ts';
import { readArchive } from './read-archive.ts';
import { replaceFiles } from './replace-files.ts';
import { refuseRunning } from './refuse-running.ts';

/** What was restored, and where the files that were there before are now; null if there were none. */
export interface Restored {
  manifest: BackupManifest;
  aside: string | null;
}

/**
 * Replaces the store, the tokens and the keys of an installation by those of a backup, and leaves what is not in it. Nothing is replaced before all of the backup
 * is unpacked beside it and proved to be whole. Temporal starts empty: madre ends the windows that are past, with receipts.
 * The caller holds the lock of the home.
 * @throws `CommandFailed`, and changes nothing
 */
export async function restore(to: Installation, file: string): Promise<Restored> {
  if (!existsSync(file)) throw refuse(`${file} does not exist.`);
  refuseRunning(to.storeFile);
  const folders: string[] = [];
  try {
    const places = new Map<string, string>();
    for (const path of backupNames) {
      const target = targetOf(to, path);
      // on the disk of its target, so that it gets there in one step
      const folder = await mkdtemp(join(dirname(target), '.vx11-restore-'));
      folders.push(folder);
      places.set(path, join(folder, path));
    }
    const manifest = await readArchive(file, (path) => places.get(path)!);
    refuseOtherStore(to, manifest);
    const names = manifest.files.map(({ path }) => path);
    if (names.includes(storeName)) await checkStore(places.get(storeName)!);
    const stamp = manifest.created_at.replaceAll(/[:.]/g, '');
    const aside = replaceFiles(
      names.map((path) => ({
        from: places.get(path)!,
        to: targetOf(to, path),
        isStore: path === storeName,
      })),
      { home: to.home, name: `before-restore-of-${stamp}-${Date.now()}` },
    );
    return { manifest, aside };
  } catch (error) {
    throw refuseWith(error, `${file} could not be restored, and nothing was replaced`);
  } finally {
    for (const folder of folders) await rm(folder, { recursive: true, force: true });
  }
}

const targetOf = ({ home, storeFile }: Installation, path: string): string =>
  path === storeName ? (storeFile ?? join(home, path)) : join(home, path);

function refuseOtherStore({ storeFile }: Installation, { store }: BackupManifest): void {
  if (store === 'sqlite' && storeFile === null)
    throw refuse(
      'The backup has a SQLite store, and VX11_STORE_URL names Postgres. Restore it without VX11_STORE_URL.',
    );
  if (store === 'postgres' && storeFile !== null)
    throw refuse(
      'The backup is of an installation on Postgres, whose store is not in it. Set VX11_STORE_URL to that database.',
    );
}
