import { copyFile, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { SourceFile } from '../../domain/patches/edit.ts';
import type { ComposeCall } from '../compose/run.ts';

/** The files of the stack that a patch may change: those that Compose reads, in its folder, as text. */
export interface StackFiles {
  compose: SourceFile[];
  /** Files of variables. */
  values: SourceFile[];
}

const mostBytes = 1024 ** 2;

export async function readStackFiles(call: ComposeCall, folder: string): Promise<StackFiles> {
  const read = async (paths: readonly string[]): Promise<SourceFile[]> => {
    const found = await Promise.all(
      paths
        .filter((path) => path.startsWith(`${folder}/`))
        .map((path) => readOne(path, path.slice(folder.length + 1))),
    );
    return found.filter((one) => one !== null);
  };
  return { compose: await read(call.files.compose), values: await read(call.files.values) };
}

async function readOne(from: string, path: string): Promise<SourceFile | null> {
  const found = await stat(from).catch(() => null);
  if (found?.isFile() !== true || found.size > mostBytes) return null;
  const bytes = await readFile(from);
  const text = bytes.toString('utf8');
  // a file that is not UTF-8 would not come back as it was
  if (!Buffer.from(text, 'utf8').equals(bytes)) return null;
  return { path, text, mode: found.mode & 0o7777 };
}

/** Copies everything that Compose reads into another folder, with some files as a patch leaves them. */
export async function copyStackFiles(
  { files, source }: ComposeCall,
  folder: string,
  copy: string,
  patched: readonly { path: string; after: { text: string } }[],
): Promise<void> {
  const all = new Set([...files.compose, ...files.values, ...source.files, ...source.envFiles]);
  for (const from of all) {
    if (!from.startsWith(`${folder}/`)) continue;
    const to = join(copy, from.slice(folder.length + 1));
    if ((await stat(from).catch(() => null))?.isFile() !== true) continue;
    await mkdir(dirname(to), { recursive: true, mode: 0o700 });
    await copyFile(from, to);
  }
  for (const { path, after } of patched) await writeFile(join(copy, path), after.text);
}
