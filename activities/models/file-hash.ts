import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { HubFile } from '../../contracts/model-files.ts';

/** SHA-256 of a file, and the id that git gives to such bytes, in hex. */
export async function hashesOf(
  path: string,
  size: number,
  signal?: AbortSignal,
): Promise<{ sha256: string; git_id: string }> {
  const sha256 = createHash('sha256');
  const git = createHash('sha1').update(`blob ${size}\0`);
  const read = createReadStream(path, { highWaterMark: 1024 * 1024 });
  await pipeline(
    read,
    async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) {
        sha256.update(chunk);
        git.update(chunk);
      }
    },
    signal === undefined ? {} : { signal },
  );
  return { sha256: sha256.digest('hex'), git_id: git.digest('hex') };
}

/** The SHA-256 of a file if it has the bytes that the hub promised; null if not. */
export async function provedHash(
  path: string,
  { sha256, git_id, size_bytes }: HubFile,
  signal?: AbortSignal,
): Promise<string | null> {
  const hashes = await hashesOf(path, size_bytes, signal);
  const isRight = sha256 === null ? hashes.git_id === git_id : hashes.sha256 === sha256;
  return isRight ? hashes.sha256 : null;
}
