import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { HubFile } from '../../contracts/model-files.ts';

/** SHA-256 of a file in hex and, if it is asked for, the id that git gives to such bytes. */
export async function hashesOf(
  path: string,
  size: number,
  { withGitId = false, signal }: { withGitId?: boolean; signal?: AbortSignal | undefined } = {},
): Promise<{ sha256: string; git_id: string | null }> {
  const sha256 = createHash('sha256');
  const git = withGitId ? createHash('sha1').update(`blob ${size}\0`) : null;
  const read = createReadStream(path, { highWaterMark: 1024 * 1024 });
  await pipeline(
    read,
    async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) {
        sha256.update(chunk);
        git?.update(chunk);
      }
    },
    signal === undefined ? {} : { signal },
  );
  return { sha256: sha256.digest('hex'), git_id: git?.digest('hex') ?? null };
}

/** The SHA-256 of a file if it has the bytes that the hub promised; null if not. */
export async function provedHash(
  path: string,
  { sha256, git_id, size_bytes }: HubFile,
  signal?: AbortSignal,
): Promise<string | null> {
  const hashes = await hashesOf(path, size_bytes, { withGitId: sha256 === null, signal });
  const isRight = sha256 === null ? hashes.git_id === git_id : hashes.sha256 === sha256;
  return isRight ? hashes.sha256 : null;
}
