import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { sha256 } from '../../platform/hash.ts';
import { unlessFull } from './failure.ts';

/** How many results are kept for files that come again. */
const mostKept = 200;

/** Writes a file whole or not at all. */
export async function writeWhole(file: string, content: string | Uint8Array): Promise<void> {
  const part = join(dirname(file), `.${randomUUID()}.part`);
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(part, content);
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    unlessFull(error);
  }
}

/** Reads JSON that this process or an earlier one has written; null if there is none that is whole. */
export async function readKept<T>(file: string): Promise<T | null> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as T;
  } catch {
    return null;
  }
}

/**
 * Returns what an earlier run has found, or finds it and keeps it: a job that goes on after a crash, and another job with the
 * same file, do nothing twice.
 * @param key everything that the result depends on: bytes, parameters, versions
 * @param isWhole whether a result is worth keeping; one for which there was no time is not
 */
export async function remembered<T>(
  folder: string,
  key: unknown,
  find: () => Promise<T>,
  isWhole: (found: T) => boolean = () => true,
): Promise<T> {
  const file = join(folder, `${sha256(JSON.stringify(key))}.json`);
  const known = await readKept<T>(file);
  if (known !== null) return known;
  const found = await find();
  if (isWhole(found)) await writeWhole(file, JSON.stringify(found));
  return found;
}

/** Returns what an earlier phase or try of the same job has found, or finds it and keeps it until the job ends. */
export async function onceInJob<T>(file: string, find: () => Promise<T>): Promise<T> {
  const known = await readKept<{ found: T }>(file);
  if (known !== null) return known.found;
  const found = await find();
  await writeWhole(file, JSON.stringify({ found }));
  return found;
}

/** Removes the oldest results. */
export async function forgetOld(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  if (names.length <= mostKept) return;
  const files = await Promise.all(
    names.map(async (name) => {
      const facts = await stat(join(folder, name)).catch(() => null);
      return { name, at: facts?.mtimeMs ?? 0 };
    }),
  );
  const old = files.toSorted((one, other) => other.at - one.at).slice(mostKept);
  await Promise.all(old.map(({ name }) => rm(join(folder, name), { force: true })));
}
