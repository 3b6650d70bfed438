import { link, mkdir, open, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { HubFile } from '../../contracts/model-files.ts';
import { ModelFailure, unlessFull } from './failure.ts';
import { provedHash } from './file-hash.ts';
import { bytesKey, partialFile, requireRoom, sizeOf, type PartialFile } from './folder.ts';
import type { HubAnswer, HubClient } from './hub-client.ts';

export interface FetchWay {
  client: HubClient;
  /** The folder of models. */
  root: string;
  signal: AbortSignal;
  /** Called with the length of the file so far, in bytes. */
  onBytes(bytes: number): void;
}

/**
 * Downloads a file until its partial file has the promised bytes; goes on from what an earlier call left. Wrong bytes are
 * fetched once more from the beginning.
 * @param known a file of the folder that has these bytes already
 * @throws ModelFailure
 */
export async function fetchFile(
  way: FetchWay,
  { repo, commit }: { repo: string; commit: string },
  file: HubFile,
  known: string | null,
): Promise<void> {
  const partial = partialFile(way.root, bytesKey(file));
  if (known !== null) await reuse(join(way.root, known), partial, file);
  const address = `/${repo}/resolve/${commit}/${file.path.split('/').map(encodeURIComponent).join('/')}`;
  for (let go = 1; go <= 2; go += 1) {
    await complete(way, address, commit, file, partial);
    const isWhole = (await partial.length()) === file.size_bytes;
    if (isWhole && (await provedHash(partial.path, file, way.signal)) !== null) return;
    await partial.drop();
  }
  const detail = `${file.path} came twice with other bytes than the hub promised. Nothing was kept.`;
  throw new ModelFailure('checksum_mismatch', detail);
}

async function reuse(path: string, partial: PartialFile, file: HubFile): Promise<void> {
  if ((await sizeOf(path)) !== file.size_bytes) return;
  await partial.drop();
  await mkdir(dirname(partial.path), { recursive: true });
  await link(path, partial.path);
}

/** Fetches what is missing of a file. Afterwards it is as long as promised, or longer. */
async function complete(
  way: FetchWay,
  address: string,
  commit: string,
  file: HubFile,
  partial: PartialFile,
): Promise<void> {
  const { client, root, signal, onBytes } = way;
  const size = file.size_bytes;
  const have = await partial.length();
  onBytes(Math.min(have, size));
  if (have > size || (have === size && size > 0)) return;
  await mkdir(root, { recursive: true });
  await requireRoom(root, size - have);
  const etag = have > 0 ? await partial.etag() : null;
  // a weak ETag is no proof of equal bytes, and may not be sent
  const isStrong = etag?.startsWith('"') === true;
  const range = {
    ...(have > 0 && { range: `bytes=${have}-` }),
    ...(have > 0 && isStrong && { 'if-range': etag }),
  };
  const answer = await client.ask(address, { headers: range, signal });
  const { status, body } = answer;
  if (status === 416 || (status === 206 && !continues(answer, have, size, etag))) {
    body.destroy();
    await partial.drop();
    const detail = `${file.path} is another file than before at its server; it begins again.`;
    throw new ModelFailure('file_changed', detail, { retry: true });
  }
  if (status !== 200 && status !== 206) await client.refuse(answer, file.path);
  if (!isPromised(answer, file, commit)) {
    body.destroy();
    const detail = `${file.path} is another file there than in the listing of the hub.`;
    throw new ModelFailure('checksum_mismatch', detail);
  }
  if (status === 200) {
    await partial.drop();
    await partial.begin(answer.header('etag'));
  }
  await write(answer, partial.path, status === 200 ? 0 : have, way, size);
}

/** Whether a part begins where we are, of a file that is still the same. */
function continues(answer: HubAnswer, have: number, size: number, etag: string | null): boolean {
  const is = answer.header('etag');
  const isSame = etag === null || is === null || is === etag;
  return isSame && answer.header('content-range') === `bytes ${have}-${size - 1}/${size}`;
}

/** Whether the hub means the file of its listing. These headers are on its own answer, before it sends us elsewhere. */
function isPromised({ firstHeader }: HubAnswer, file: HubFile, commit: string): boolean {
  const [size, etag, at] = ['x-linked-size', 'x-linked-etag', 'x-repo-commit'].map(firstHeader);
  const bytes = /^"?([\da-f]{64})"?$/.exec(etag ?? '')?.[1];
  return (
    (size === null || Number(size) === file.size_bytes) &&
    (at === null || at === commit) &&
    (bytes === undefined || file.sha256 === null || bytes === file.sha256)
  );
}

/** Appends a body to a file; stops one byte after the promised length. */
async function write(
  { body }: HubAnswer,
  path: string,
  from: number,
  { signal, onBytes }: FetchWay,
  size: number,
): Promise<void> {
  const file = await open(path, from === 0 ? 'w' : 'r+').catch(unlessFull);
  let at = from;
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      signal.throwIfAborted();
      await writeAll(file, chunk, at).catch(unlessFull);
      at += chunk.length;
      onBytes(Math.min(at, size));
      if (at > size) return;
    }
  } finally {
    body.destroy();
    await file.close();
  }
  signal.throwIfAborted();
  if (at < size) throw cutShort(at, size);
}

async function writeAll(file: FileHandle, chunk: Buffer, at: number): Promise<void> {
  for (let done = 0; done < chunk.length;) {
    const { bytesWritten } = await file.write(chunk, done, chunk.length - done, at + done);
    done += bytesWritten;
  }
}

const cutShort = (at: number, size: number): ModelFailure =>
  new ModelFailure('cut_short', `The connection ended after ${at} of ${size} bytes.`, {
    retry: true,
  });
