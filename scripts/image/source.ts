import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** The folders of the server: what a container of VX11 may run. */
const serverFolders = [
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
] as const;

/** The image's label that carries the hash of what it was built from. */
export const sourceLabel = 'vx11.source';

/** SHA-256 (hex) over the names and bytes of all that goes into the server's image; the same on every machine. */
export function sourceHash(repository: string): string {
  const folders = serverFolders.flatMap((folder) => filesUnder(repository, folder));
  return hashOf(repository, ['Dockerfile', 'package.json', 'package-lock.json', ...folders]);
}

/** The same of the sandbox's image. */
export function sandboxHash(repository: string): string {
  const inside = filesUnder(repository, 'sandbox').filter((file) => !file.includes('__pycache__'));
  return hashOf(repository, ['scripts/image/sandbox.ts', ...inside]);
}

function hashOf(repository: string, files: string[]): string {
  const hash = createHash('sha256');
  for (const file of files) hash.update(`${file}\0`).update(readFileSync(join(repository, file)));
  return hash.digest('hex');
}

/** Puts the server's folders into `stage`/app, with the lock file, which names the version of all that they use. */
export function stageSources(repository: string, stage: string): void {
  const app = join(stage, 'app');
  rmSync(app, { recursive: true, force: true });
  mkdirSync(app, { recursive: true });
  for (const entry of ['package.json', 'package-lock.json', ...serverFolders])
    if (existsSync(join(repository, entry)))
      cpSync(join(repository, entry), join(app, entry), { recursive: true });
}

function filesUnder(repository: string, folder: string): string[] {
  try {
    return readdirSync(join(repository, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(repository.length + 1))
      .toSorted();
  } catch {
    return []; // A folder that is not there yet adds nothing.
  }
}
