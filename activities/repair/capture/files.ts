import { readFile, realpath, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { CapturedFile } from '../../../domain/repair/capture.ts';
import { isSecretFile, type Masker } from '../../../domain/repair/mask.ts';
import { utf8Text } from '../../../platform/utf8-text.ts';
import { walk } from '../../../platform/files/walk.ts';

const mostFiles = 2000;
/** Of one file, and of all together. */
const mostText = 256 * 1024;
const mostTexts = 16 * 1024 ** 2;
/** Folders of what programs install or produce. */
const skipped =
  /^(\.git|node_modules|\.venv|venv|__pycache__|\.(tox|cache|mypy_cache|pytest_cache|next|gradle|terraform))$/;

export interface FilesInput {
  folder: string;
  /** Paths in the folder that come first: compose and env files. */
  first: readonly string[];
  /** Files whose content is a secret by the compose file; they are not read. */
  secret: ReadonlySet<string>;
  /** The folder of VX11, which may be inside. */
  home: string;
}

/** A file with its text before masking. */
export type FoundFile = CapturedFile;

/** Lists the files of a folder; a link is followed only to a file in the same folder. */
export async function filesIn({ folder, first, secret, home }: FilesInput): Promise<FoundFile[]> {
  const root = await realpath(folder);
  const isSkipped = (path: string, name: string): boolean => skipped.test(name) || path === home;
  const found: { path: string; file: string | null; rank: number }[] = [];
  for await (const { path, stats } of walk(root, isSkipped)) {
    if (stats.isDirectory() || (!stats.isFile() && !stats.isSymbolicLink())) continue;
    const target = stats.isFile() ? join(root, path) : await insideOnly(root, path);
    const at = first.indexOf(path);
    found.push({ path, file: target, rank: at === -1 ? first.length : at });
    // the compose files may come late in the walk, so more are listed than are kept
    if (found.length >= 10 * mostFiles) break;
  }
  const depth = ({ path }: { path: string }): number => path.split('/').length;
  const kept = found
    .toSorted((one, other) => one.rank - other.rank || depth(one) - depth(other))
    .slice(0, mostFiles);
  let left = mostTexts;
  const files: FoundFile[] = [];
  for (const { path, file } of kept) {
    const facts = file === null ? null : await stat(file).catch(() => null);
    if (file === null || facts === null) continue;
    const real = relative(root, file);
    const isHidden = isSecretFile(path) || isSecretFile(real) || secret.has(file);
    const text =
      isHidden || !facts.isFile() || facts.size > Math.min(mostText, left)
        ? null
        : await textOf(file);
    left -= text === null ? 0 : facts.size;
    const { size, mode, uid, gid } = facts;
    files.push({ path, text, size, mode: mode & 0o7777, uid, gid });
  }
  return files;
}

/** The file that a link leads to; null if that is outside the folder. */
async function insideOnly(root: string, path: string): Promise<string | null> {
  const target = await realpath(join(root, path)).catch(() => null);
  return target?.startsWith(`${root}/`) === true ? target : null;
}

/** The text as it is, with its byte order mark; null if it is none. */
async function textOf(file: string): Promise<string | null> {
  const bytes = await readFile(file).catch(() => null);
  return bytes === null || bytes.includes(0) ? null : utf8Text(bytes);
}

export const maskFiles = (files: readonly FoundFile[], masker: Masker): CapturedFile[] =>
  files.map((file) => ({
    ...file,
    text: file.text === null ? null : masker.file(file.path, file.text),
  }));
