import { stat } from 'node:fs/promises';
import type { StackFacts } from '../../../domain/drift/facts.ts';

const othersWrite = 0o002;
const othersRead = 0o004;

/** Files that everybody may change, and secrets that everybody may read. Files that are not there are left out. */
export async function looseFiles(
  files: readonly string[],
  secrets: readonly string[],
): Promise<StackFacts['loose_files']> {
  const all = [...new Set([...files, ...secrets])];
  const found = await Promise.all(
    all.map(async (path) => {
      const mode = (await stat(path).catch(() => null))?.mode;
      if (mode === undefined) return [];
      const secret = secrets.includes(path) && (mode & othersRead) !== 0;
      if (!secret && (mode & othersWrite) === 0) return [];
      return [{ path, mode: `0${(mode & 0o777).toString(8)}`, secret }];
    }),
  );
  return found.flat();
}
