import { createHash, randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, realpath, rename, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import type { Readable } from 'node:stream';
import type { AudioFile } from '../../contracts/audio.ts';
import { VX11Error } from '../../contracts/errors.ts';
import { audioNames } from '../../platform/audio-folder.ts';
import { openWithin } from '../../platform/files/open-within.ts';

/** The largest file, in bytes. */
const mostFileBytes = 2 * 1024 ** 3;
/** An upload that brings nothing for so long is over, in ms. */
const stallMs = 30_000;

interface Upload {
  name: string;
  body: Readable;
  /** As its sender said; null if it did not. */
  bytes: number | null;
  sha256: string | null;
}

/** The uploaded files of this host. Names are checked already. */
export interface AudioFiles {
  /** Writes a file, whole or not at all. Throws `too_large`, `audio_full`, `invalid`, `bad_request`. */
  put(upload: Upload): Promise<AudioFile>;
  list(): Promise<AudioFile[]>;
  /** Throws `audio_file_not_found`. */
  remove(name: string): Promise<void>;
}

/** @param mostBytes of all files together */
export function createAudioFiles(folder: string, mostBytes: number): AudioFiles {
  const list = async (): Promise<AudioFile[]> => {
    const files = await Promise.all(
      (await audioNames(folder)).map(async (name): Promise<AudioFile | null> => {
        const facts = await stat(join(folder, name)).catch(() => null);
        if (facts === null) return null;
        const uploaded_at = new Date(facts.mtimeMs).toISOString();
        return { name, size_bytes: facts.size, sha256: null, uploaded_at };
      }),
    );
    return files.filter((one) => one !== null);
  };
  return {
    list,
    async put({ name, body, bytes, sha256 }) {
      const taken = (await list()).reduce((sum, one) => sum + one.size_bytes, 0);
      const room = Math.min(mostFileBytes, mostBytes - taken);
      const roomFor = (size: number): void => {
        if (size > mostFileBytes) throw new VX11Error('too_large', 'A file may have 2 GiB.');
        if (size > room)
          throw new VX11Error('audio_full', `All files together may have ${mostBytes} bytes.`);
      };
      roomFor(bytes ?? 0);
      await mkdir(folder, { recursive: true });
      const part = join(folder, `.${randomUUID()}.part`);
      const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;
      const file = await open(part, flags, 0o644);
      const hash = createHash('sha256');
      let size = 0;
      try {
        for await (const piece of unlessStalled(body)) {
          size += piece.length;
          roomFor(size);
          hash.update(piece);
          await file.write(piece);
        }
        const found = hash.digest('hex');
        refuseWrong({ size, bytes, found, sha256 });
        await file.sync();
        await place(folder, part, name);
        return { name, size_bytes: size, sha256: found, uploaded_at: new Date().toISOString() };
      } finally {
        await file.close();
        await rm(part, { force: true });
      }
    },
    async remove(name) {
      const found = await openWithin(folder, name);
      if (found === null) throw noSuchFile(name);
      await found.handle.close();
      await rm(join(folder, name));
      for (let above = dirname(name); above !== '.'; above = dirname(above))
        await rmdir(join(folder, above)).catch(() => undefined); // others are in it
    },
  };
}

export const noSuchFile = (name: string): VX11Error =>
  new VX11Error('audio_file_not_found', `There is no file ${JSON.stringify(name)} on this host.`);

async function* unlessStalled(body: Readable): AsyncGenerator<Buffer> {
  let timer: NodeJS.Timeout | undefined;
  const wind = (): void => {
    clearTimeout(timer);
    timer = setTimeout(
      () => body.destroy(new VX11Error('request_timeout', 'No more came.')),
      stallMs,
    );
  };
  wind();
  try {
    for await (const piece of body) {
      wind();
      yield piece as Buffer;
    }
  } finally {
    clearTimeout(timer);
  }
}

function refuseWrong(of: {
  size: number;
  bytes: number | null;
  found: string;
  sha256: string | null;
}): void {
  if (of.size === 0) throw new VX11Error('bad_request', 'Send the bytes of a file.');
  if (of.bytes !== null && of.bytes !== of.size)
    throw new VX11Error('bad_request', `${of.bytes} bytes were promised, and ${of.size} came.`);
  if (of.sha256 === null || of.sha256 === of.found) return;
  const problem = `what came has the hash ${of.found}`;
  throw new VX11Error('invalid', `x-content-sha256: ${problem}`, {
    fields: [{ field: 'x-content-sha256', problem }],
  });
}

/** Gives a file its name. A link below the folder leads nowhere. */
async function place(folder: string, part: string, name: string): Promise<void> {
  const target = join(folder, name);
  const above = dirname(target);
  try {
    await mkdir(above, { recursive: true });
    const [root, real] = [await realpath(folder), await realpath(above)];
    const inside = dirname(name) === '.' ? root : join(root, dirname(name));
    if (real !== inside || !(real + sep).startsWith(root + sep)) throw new Error('a link');
    await rename(part, target);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOSPC') throw new VX11Error('audio_full', 'The disk is full.', { cause: error });
    const problem = 'a file or a link is where a folder would be, or the other way round';
    throw new VX11Error('invalid', `name: ${problem}`, { fields: [{ field: 'path', problem }] });
  }
}
