import { readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';

const cache = new Map<string, { mtimeMs: number; files: string[] }>();

/**
 * The files that compose files name in `include`, `extends` and `env_file`, one level deep: a change of theirs changes
 * the stack. What the files mean is Compose's business; here only their names count.
 */
export async function referencedFiles(files: string[]): Promise<string[]> {
  const found = await Promise.all(files.filter((file) => /\.ya?ml$/.test(file)).map(namesIn));
  return [...new Set(found.flat())];
}

async function namesIn(file: string): Promise<string[]> {
  try {
    const { mtimeMs } = await stat(file);
    const known = cache.get(file);
    if (known?.mtimeMs === mtimeMs) return known.files;
    const names = new Set<string>();
    collect(parse(await readFile(file, 'utf8'), { merge: true }), names);
    const files = [...names].map((name) => resolve(dirname(file), name));
    cache.set(file, { mtimeMs, files });
    return files;
  } catch {
    return []; // Compose will say what is wrong with it
  }
}

function collect(node: unknown, names: Set<string>): void {
  if (typeof node !== 'object' || node === null) return;
  for (const [key, value] of Object.entries(node)) {
    if (key === 'env_file' || key === 'include') addPaths(value, names);
    else if (key === 'extends') addPaths((value as { file?: unknown } | null)?.file, names);
    else collect(value, names);
  }
}

function addPaths(value: unknown, names: Set<string>): void {
  if (typeof value === 'string') names.add(value);
  else if (Array.isArray(value)) value.forEach((item) => addPaths(item, names));
  else if (typeof value === 'object' && value !== null)
    addPaths((value as { path?: unknown }).path, names);
}
