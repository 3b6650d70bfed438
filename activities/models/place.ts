import { mkdir, open, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { HubFile, ModelFile, ModelHeader } from '../../contracts/model-files.ts';
import { namedFormat } from '../../domain/models/file.ts';
import { headBytes, readHeader } from '../../domain/models/header.ts';
import { ModelFailure } from './failure.ts';
import { provedHash } from './file-hash.ts';
import { bytesKey, partialFile, sizeOf, sync } from './folder.ts';
import type { PlacedModel, ResolvedModel } from './model-activities.ts';

/** Reads the header of a model file; null if it is none, or its name tells no format. */
export async function headerOf(path: string, size: number): Promise<ModelHeader | null> {
  const format = namedFormat(path);
  return format === null ? null : readHeader(format, await beginningOf(path, size), size);
}

async function beginningOf(path: string, size: number): Promise<Buffer> {
  const head = Buffer.alloc(Math.min(size, headBytes));
  const file = await open(path, 'r');
  try {
    const { bytesRead } = await file.read(head, 0, head.length, 0);
    return head.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/**
 * Moves the proved files of a model from their partial files to where they stay. Nothing is moved before every part has a
 * right header, and a repeated call finds what an earlier one moved.
 * @throws ModelFailure `not_a_model`; then its partial files are gone
 */
export async function placeModel(root: string, model: ResolvedModel): Promise<PlacedModel> {
  const { repo, commit, license } = model;
  const parts = [];
  for (const file of model.files) parts.push(await partOf(root, model, file));
  const headers = parts.map(({ header }) => header);
  if (headers.includes(null)) {
    for (const file of model.files) await partialFile(root, bytesKey(file)).drop();
    const detail = `${repo}: the header is not that of a model. Nothing was kept.`;
    throw new ModelFailure('not_a_model', detail);
  }
  for (const { from, to } of parts) {
    if (from === null) continue;
    await sync(from.path);
    await mkdir(dirname(to), { recursive: true });
    await rename(from.path, to);
    await from.drop();
    await sync(dirname(to));
  }
  const name = `${repo}:${model.files[0]!.path}`;
  const files = parts.map(({ file }) => file);
  return { name, commit, license, files, size_bytes: null, header: headers[0]! };
}

/** One part: where it is, where it goes, and its header. `from` is null if it is there already. */
async function partOf(root: string, { repo, commit }: ResolvedModel, file: HubFile) {
  const path = `${repo}/${commit.slice(0, 12)}/${file.path}`;
  const to = join(root, path);
  const partial = partialFile(root, bytesKey(file));
  const isThere = (await sizeOf(partial.path)) === null;
  const now = isThere ? to : partial.path;
  const sha256 = (await sizeOf(now)) === file.size_bytes ? await provedHash(now, file) : null;
  if (sha256 === null) {
    const detail = `${file.path} is gone, or has changed, since it was downloaded.`;
    throw new ModelFailure('checksum_mismatch', detail);
  }
  const format = namedFormat(file.path)!;
  const header = readHeader(format, await beginningOf(now, file.size_bytes), file.size_bytes);
  const kept: ModelFile = { path, size_bytes: file.size_bytes, sha256 };
  return { from: isThere ? null : partial, to, header, file: kept };
}
