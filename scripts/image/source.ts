import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** The folders that go into the server's image; `web/dist` is the built web UI. */
export const serverFolders = [
  'client',
  'contracts',
  'domain',
  'store',
  'activities',
  'workflows',
  'gateway',
  'platform',
  'guard',
  'workers',
  'web/dist',
] as const;

/** The image label with the hash of its sources. */
export const sourceLabel = 'vx11.source';

/** Returns the SHA-256 (hex) over the names and bytes of all files in the server's image; the same on every machine. */
export function sourceHash(repository: string): string {
  const folders = serverFolders.flatMap((folder) => filesUnder(repository, folder));
  const made = filesUnder(repository, 'scripts/image/sbom');
  return hashOf(repository, [
    'Dockerfile',
    'package.json',
    'package-lock.json',
    ...made,
    ...folders,
  ]);
}

/** The same for the sandbox image. */
export function sandboxHash(repository: string): string {
  const inside = filesUnder(repository, 'sandbox').filter((file) => !file.includes('__pycache__'));
  return hashOf(repository, ['scripts/image/sandbox.ts', ...inside]);
}

/** The SHA-256 (hex) over the names and bytes of these files. */
export function hashOf(repository: string, files: string[]): string {
  const hash = createHash('sha256');
  for (const file of files) hash.update(`${file}\0`).update(readFileSync(join(repository, file)));
  return hash.digest('hex');
}

/** Copies the server's folders to `stage`/app, together with package.json and the lock file. */
export function stageSources(repository: string, stage: string): void {
  const app = join(stage, 'app');
  rmSync(app, { recursive: true, force: true });
  mkdirSync(app, { recursive: true });
  for (const entry of ['package.json', 'package-lock.json', ...serverFolders])
    if (existsSync(join(repository, entry)))
      cpSync(join(repository, entry), join(app, entry), { recursive: true });
}

/** The paths of all files below a folder, in order. */
export function filesUnder(repository: string, folder: string): string[] {
  try {
    return readdirSync(join(repository, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(repository.length + 1))
      .toSorted();
  } catch {
    return []; // a folder that does not exist yet adds nothing
  }
}
