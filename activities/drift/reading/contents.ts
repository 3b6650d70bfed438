import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import type Docker from 'dockerode';
import { sinceStart, type ReadFile } from '../../../domain/drift/baseline.ts';
import type { ContentFacts } from '../../../domain/drift/facts.ts';
import type { Inspected } from '../../../domain/drift/readout.ts';
import type { BoundFile } from '../../../domain/drift/shape/mounts.ts';
import type { CopiedFile } from '../../../domain/services/start-details.ts';
import { callEngineWithin } from '../../engine/engine-error.ts';
import { readTarHeader } from '../../engine/tar-entries.ts';
import type { DriftMemory } from './memory.ts';

/** Larger files are data, and no settings. */
const mostBytes = 1024 ** 2;
const block = 512;
const callMs = 10_000;

const hashOf = (content: Buffer): string => createHash('sha256').update(content).digest('hex');
const nameOf = ({ Name }: Inspected): string => Name.replace(/^\//, '');

/** Mounted files with other content than at the start of the container, which has to run. */
export async function changedBinds(
  service: string,
  container: Inspected,
  bound: readonly BoundFile[],
  memory: DriftMemory,
): Promise<ContentFacts[]> {
  const { StartedAt = '' } = container.State as { StartedAt?: string };
  const run = `${container.Id.slice(0, 12)} ${StartedAt}`;
  const subject = `content ${service}`;
  const kept = (memory.get(subject) as Record<string, ReadFile> | null) ?? {};
  const now: Record<string, ReadFile> = {};
  const found = await Promise.all(
    bound.map(async ({ path, source, of, read_only }): Promise<ContentFacts[]> => {
      const file = await stat(source).catch(() => null);
      if (file === null || !file.isFile() || file.size > mostBytes) return [];
      const content = await readFile(source).catch(() => null);
      if (content === null) return [];
      const modified = file.mtimeMs > Date.parse(StartedAt);
      const look = sinceStart(kept[path] ?? null, { run, hash: hashOf(content), modified });
      now[path] = look.read;
      return look.changed ? [{ path, of, read_only, container: nameOf(container) }] : [];
    }),
  );
  memory.set(subject, Object.keys(now).length === 0 ? null : now);
  return found.flat();
}

/** Configs and secrets that were copied into the container and whose content is another one now. */
export async function changedCopies(
  docker: Docker,
  container: Inspected,
  files: readonly CopiedFile[],
  variables: ReadonlyMap<string, string>,
): Promise<ContentFacts[]> {
  const found = await Promise.all(
    files.map(async ({ kind, name, from, target }): Promise<ContentFacts[]> => {
      const wanted = 'content' in from ? from.content : variables.get(from.variable);
      // an empty one is not copied
      if (wanted === undefined || wanted === '') return [];
      const has = await fileIn(docker, container.Id, target);
      if (has === null || has.equals(Buffer.from(wanted))) return [];
      const path = `${kind}s.${name}`;
      return [{ path, of: kind, read_only: true, container: nameOf(container) }];
    }),
  );
  return found.flat();
}

/** A small file of a container's own layer; null if there is none, or the Engine does not say. */
async function fileIn(docker: Docker, id: string, path: string): Promise<Buffer | null> {
  try {
    return await callEngineWithin(callMs, 'archive', async () => {
      const archive = await docker.getContainer(id).getArchive({ path });
      const pieces: Buffer[] = [];
      let length = 0;
      for await (const piece of archive as AsyncIterable<Buffer>) {
        pieces.push(piece);
        length += piece.length;
        if (length > mostBytes + 4 * block) return null;
      }
      const all = Buffer.concat(pieces);
      const header = readTarHeader(all.subarray(0, block));
      return header === null || header.type !== '0'
        ? null
        : all.subarray(block, block + header.size);
    });
  } catch {
    return null;
  }
}
