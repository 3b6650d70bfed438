import { createReadStream, statSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { tarHeader } from '../../activities/engine/tar.ts';
import { version } from '../../platform/version.ts';
import { fileSha256 } from '../../platform/files/file-hash.ts';
import { refuse } from './failure.ts';
import { backupFormat, manifestName, type BackupManifest } from './manifest.ts';

const block = 512;
/** A header of the tar format has no room for the size of a larger file. */
const mostBytes = 8 * 2 ** 30 - 1;

/** A file to back up, and its name in the archive. */
export interface Source {
  path: BackupManifest['files'][number]['path'];
  file: string;
}

/** Writes a manifest and the files, as POSIX tar. Returns the manifest. */
export async function writeArchive(
  to: FileHandle,
  sources: readonly Source[],
  store: BackupManifest['store'],
): Promise<BackupManifest> {
  const now = Date.now();
  const files: BackupManifest['files'] = [];
  for (const { path, file } of sources) {
    const { size } = statSync(file);
    if (size > mostBytes)
      throw refuse(`${file} has more than 8 GiB: copy it while VX11 is stopped.`);
    files.push({ path, size, sha256: await fileSha256(file) });
  }
  const created_at = new Date(now).toISOString();
  const manifest: BackupManifest = { format: backupFormat, version, created_at, store, files };
  const head = Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`);
  const entry = (path: string, size: number): Buffer =>
    tarHeader({ path, size, mode: 0o600, uid: 0, gid: 0, modified: now });
  await to.appendFile(entry(manifestName, head.length));
  await to.appendFile(head);
  await to.appendFile(padding(head.length));
  for (const { path, file } of sources) {
    const { size } = files.find((one) => one.path === path)!;
    await to.appendFile(entry(path, size));
    for await (const piece of createReadStream(file)) await to.appendFile(piece as Buffer);
    await to.appendFile(padding(size));
  }
  await to.appendFile(Buffer.alloc(2 * block));
  await to.sync();
  return manifest;
}

const padding = (size: number): Buffer => Buffer.alloc((block - (size % block)) % block);
