import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { readTarHeader, type TarHeader } from '../../activities/engine/tar-entries.ts';
import { version } from '../../platform/version.ts';
import { refuse } from './failure.ts';
import {
  backupFormat,
  backupManifest,
  manifestHead,
  manifestName,
  mostManifestBytes,
  type BackupManifest,
} from './manifest.ts';

const block = 512;
const pieceBytes = 2 ** 20;

type Entry = BackupManifest['files'][number];

/**
 * Unpacks a backup. It is read front to back, and nothing of it decides where a file is written: `placeOf` does.
 * @throws `CommandFailed` if it is no backup, is damaged, or comes from a version whose backups this one cannot read
 */
export async function readArchive(
  file: string,
  placeOf: (path: Entry['path']) => string,
): Promise<BackupManifest> {
  const archive = await open(file, 'r');
  try {
    const manifest = await readManifest(archive, file);
    const awaited = new Map<string, Entry>(manifest.files.map((one) => [one.path, one]));
    for (;;) {
      const header = await nextHeader(archive, file);
      if (header === null) break;
      const entry = header.type === '0' ? awaited.get(header.path) : undefined;
      if (entry?.size !== header.size)
        throw refuse(
          `${file} has an entry that is not in its list: ${JSON.stringify(header.path)}.`,
        );
      awaited.delete(entry.path);
      if ((await unpack(archive, entry, placeOf(entry.path), file)) !== entry.sha256)
        throw refuse(`${file} is damaged: ${entry.path} is not what was backed up.`);
    }
    const [missing] = awaited.keys();
    if (missing !== undefined) throw refuse(`${file} is damaged: it has no ${missing}.`);
    return manifest;
  } finally {
    await archive.close();
  }
}

async function readManifest(archive: FileHandle, file: string): Promise<BackupManifest> {
  const header = await nextHeader(archive, file);
  if (header?.path !== manifestName || header.type !== '0' || header.size > mostManifestBytes)
    throw refuse(`${file} is no backup of VX11.`);
  const content = await take(archive, padded(header.size), file);
  let text: unknown;
  try {
    text = JSON.parse(content.toString('utf8', 0, header.size));
  } catch (error) {
    throw refuse(`${file} is damaged: its list of files cannot be read.`, error);
  }
  const head = manifestHead.safeParse(text);
  if (head.success && head.data.format > backupFormat)
    throw refuse(
      `${file} was made by VX11 ${head.data.version}, and this is VX11 ${version}, which cannot read it. Restore it with that version or a newer one.`,
    );
  const manifest = backupManifest.safeParse(text);
  if (manifest.success) return manifest.data;
  throw refuse(`${file} is damaged: its list of files is not valid.`, manifest.error);
}

/** Writes the content of an entry, and returns its hash. */
async function unpack(archive: FileHandle, { size }: Entry, to: string, file: string) {
  const hash = createHash('sha256');
  const out = await open(to, 'wx', 0o600);
  try {
    for (let left = size; left > 0;) {
      const piece = await take(archive, Math.min(left, pieceBytes), file);
      hash.update(piece);
      await out.appendFile(piece);
      left -= piece.length;
    }
    await out.sync();
  } finally {
    await out.close();
  }
  await take(archive, padded(size) - size, file);
  return hash.digest('hex');
}

async function nextHeader(archive: FileHandle, file: string): Promise<TarHeader | null> {
  return readTarHeader(await take(archive, block, file));
}

/** Exactly that many bytes from where the last ones ended. */
async function take(archive: FileHandle, bytes: number, file: string): Promise<Buffer> {
  const buffer = Buffer.alloc(bytes);
  for (let got = 0; got < bytes;) {
    const { bytesRead } = await archive.read(buffer, got, bytes - got);
    if (bytesRead === 0) throw refuse(`${file} ends too early: a part of the backup is missing.`);
    got += bytesRead;
  }
  return buffer;
}

const padded = (size: number): number => Math.ceil(size / block) * block;
