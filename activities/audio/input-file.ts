import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { openWithin } from '../../platform/files/open-within.ts';
import { AudioFailure } from './failure.ts';

/** What shows that a file is still the same one. */
export interface FileIdentity {
  dev: number;
  ino: number;
  size: number;
  mtimeMs: number;
}

/** Opens an uploaded file. @throws AudioFailure `file_not_found`, `input_changed` */
export async function openInput(
  folder: string,
  audio_path: string,
  expected: FileIdentity | null = null,
): Promise<{ handle: FileHandle; identity: FileIdentity }> {
  const file = await openWithin(folder, audio_path);
  if (file === null)
    throw new AudioFailure(
      'file_not_found',
      `There is no file ${audio_path}. GET /vx11/audio/files lists them; it may have been removed meanwhile.`,
    );
  const { dev, ino, size, mtimeMs } = await file.handle.stat();
  const isSame =
    expected === null ||
    (expected.ino === ino &&
      expected.dev === dev &&
      expected.size === size &&
      expected.mtimeMs === mtimeMs);
  if (isSame) return { handle: file.handle, identity: { dev, ino, size, mtimeMs } };
  await file.handle.close();
  throw new AudioFailure(
    'input_changed',
    `${audio_path} was replaced while the job ran. Start the job again.`,
  );
}

const pieceBytes = 1024 * 1024;

/** The SHA-256 of an open file, and its first bytes. */
export async function hashOf(
  handle: FileHandle,
  signal: AbortSignal,
): Promise<{ sha256: string; head: Buffer }> {
  const hash = createHash('sha256');
  const piece = Buffer.alloc(pieceBytes);
  let head: Buffer | null = null;
  for (let at = 0; ;) {
    signal.throwIfAborted();
    const { bytesRead } = await handle.read(piece, 0, pieceBytes, at);
    if (bytesRead === 0) break;
    head ??= Buffer.from(piece.subarray(0, bytesRead));
    hash.update(piece.subarray(0, bytesRead));
    at += bytesRead;
  }
  return { sha256: hash.digest('hex'), head: head ?? Buffer.alloc(0) };
}
