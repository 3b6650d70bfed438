import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';

export const root = join(import.meta.dirname, '../..');

/** Folders that hold no source of ours. */
const skipped = new Set(['node_modules', 'results', 'dist', '__pycache__']);

/** Paths from the root of every file below `folder` whose name matches, in order; hidden folders are left out. */
export function filesBelow(folder: string, name: RegExp): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .flatMap((entry) => {
      const path = folder === '.' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory())
        return entry.name.startsWith('.') || skipped.has(entry.name) ? [] : filesBelow(path, name);
      return name.test(entry.name) ? [path] : [];
    })
    .toSorted();
}

export const read = (file: string): string => readFileSync(join(root, file), 'utf8');

const specifiers = /(?:from|import|import\()\s*['"](\.{1,2}\/[^'"]+)['"]/g;

/** The files of ours that each file imports, types included. */
export function importsOf(files: readonly string[]): Map<string, string[]> {
  return new Map(
    files.map((file) => [
      file,
      [...read(file).matchAll(specifiers)].map(([, path]) =>
        relative(root, join(root, normalize(join(dirname(file), path!)))),
      ),
    ]),
  );
}
