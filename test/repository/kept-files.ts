import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** Recorded runs of workflows, and databases: a folder per release, whose files stay as they are. */
export const histories = join(root, 'test/histories');
export const databases = join(root, 'test/store/databases');

/** The list of a folder's files, in the format of `sha256sum`. */
export const checksumFile = 'SHA256SUMS';

export async function checksumsOf(folder: string): Promise<string> {
  const files = (await readdir(folder)).filter((file) => file !== checksumFile).sort();
  const lines = await Promise.all(
    files.map(async (file) => {
      const content = await readFile(join(folder, file));
      return `${createHash('sha256').update(content).digest('hex')}  ${file}\n`;
    }),
  );
  return lines.join('');
}

export const writeChecksums = async (folder: string): Promise<void> =>
  writeFile(join(folder, checksumFile), await checksumsOf(folder));
