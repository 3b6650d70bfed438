import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { link, lstat, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { readWavHeader, type WavHeader, type WavProblem } from '../../domain/audio/wav-header.ts';
import { openWithin } from '../../platform/files/open-within.ts';
import { AudioFailure, unlessFull } from './failure.ts';

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
  const identity = identityOf(await file.handle.stat());
  if (expected === null || isSame(identity, expected)) return { handle: file.handle, identity };
  await file.handle.close();
  throw changed(audio_path);
}

const identityOf = ({ dev, ino, size, mtimeMs }: FileIdentity): FileIdentity => ({
  dev,
  ino,
  size,
  mtimeMs,
});

const isSame = (one: FileIdentity, other: FileIdentity): boolean =>
  one.ino === other.ino &&
  one.dev === other.dev &&
  one.size === other.size &&
  one.mtimeMs === other.mtimeMs;

const changed = (audio_path: string): AudioFailure =>
  new AudioFailure(
    'input_changed',
    `${audio_path} was replaced while the job ran. Start the job again.`,
  );

/**
 * Gives an uploaded file a second name where the disk allows it, and copies it elsewhere. What is at the target before goes.
 * @throws AudioFailure `file_not_found`, `input_changed` if it is another one than expected
 */
export async function bringInput(
  folder: string,
  audio_path: string,
  expected: FileIdentity,
  target: string,
): Promise<void> {
  await rm(target, { force: true });
  const { handle } = await openInput(folder, audio_path, expected);
  try {
    // the name may mean another file by now
    const isLinked = await link(join(folder, audio_path), target).then(
      () => true,
      () => false,
    );
    if (isLinked && isSame(await lstat(target), expected)) return;
    await rm(target, { force: true });
    await pipeline(handle.createReadStream({ autoClose: false }), createWriteStream(target)).catch(
      unlessFull,
    );
    if (!isSame(await handle.stat(), expected)) throw changed(audio_path);
  } finally {
    await handle.close();
  }
}

const pieceBytes = 1024 * 1024;

/** The SHA-256 of an open file. */
export async function hashOf(handle: FileHandle, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  const piece = Buffer.alloc(pieceBytes);
  for (let at = 0; ;) {
    signal.throwIfAborted();
    const { bytesRead } = await handle.read(piece, 0, pieceBytes, at);
    if (bytesRead === 0) break;
    hash.update(piece.subarray(0, bytesRead));
    at += bytesRead;
  }
  return hash.digest('hex');
}

/** The header of an open WAV file; null if it is none. Of its chunks only the heads are read. */
export async function wavHeaderOf(handle: FileHandle): Promise<WavHeader | WavProblem | null> {
  const reading = readWavHeader();
  let step = reading.next();
  while (step.done !== true) {
    const { at, length } = step.value;
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, at);
    step = reading.next(buffer.subarray(0, bytesRead));
  }
  return step.value;
}
