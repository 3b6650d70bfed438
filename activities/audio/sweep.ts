import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { AudioDeps } from './deps.ts';

/** How old a folder has to be before it may be one that nobody owns, in ms. */
const youngMs = 60_000;

/**
 * Removes what jobs left whose record is gone, what work is left of jobs that ended, and the oldest results where all together
 * take more room than they may.
 */
export function createAudioSweep({
  store,
  clock,
  folders,
  mostBytes,
}: AudioDeps): () => Promise<void> {
  return async () => {
    const kept: { folder: string; bytes: number; at: number }[] = [];
    for (const job_id of await namesIn(folders.jobs)) {
      const folder = folders.job(job_id);
      const job = await store.audio.find(job_id);
      if (job === null && (await ageOf(folder, clock())) > youngMs) await remove(folder);
      else
        kept.push({
          folder,
          bytes: await bytesOf(folder),
          at: Date.parse(job?.created_at ?? '') || 0,
        });
    }
    for (const job_id of await namesIn(folders.works)) {
      const folder = folders.work(job_id);
      const job = await store.audio.find(job_id);
      const isOver = job === null || job.finished_at !== null;
      if (isOver && (await ageOf(folder, clock())) > youngMs) await remove(folder);
    }
    let bytes = kept.reduce((sum, one) => sum + one.bytes, 0);
    for (const one of kept.toSorted((first, second) => first.at - second.at)) {
      if (bytes <= mostBytes) return;
      await remove(one.folder);
      bytes -= one.bytes;
    }
  };
}

const namesIn = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);

const remove = (folder: string): Promise<void> =>
  rm(folder, { recursive: true, force: true, maxRetries: 3 });

async function ageOf(folder: string, now: number): Promise<number> {
  const facts = await stat(folder).catch(() => null);
  return facts === null ? 0 : now - facts.mtimeMs;
}

async function bytesOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true }).catch(() => []);
  const sizes = await Promise.all(
    entries.map(async (name) => (await stat(join(folder, name)).catch(() => null))?.size ?? 0),
  );
  return sizes.reduce((sum, one) => sum + one, 0);
}
