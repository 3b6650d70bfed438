import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { RepairView } from '../../contracts/repair.ts';
import { reportFolder } from '../../platform/runs-folder.ts';

/** The folder of a repair. */
export const folderOf = (root: string, { repair_id: id, created_at }: RepairView): string =>
  reportFolder(root, 'AUTOFIX_CONDUCTOR_v1', { id, created_at });

/** Writes a file of a repair, in full or not at all. @param content text, or a value that is written as JSON */
export async function keepFile(folder: string, name: string, content: unknown): Promise<void> {
  const file = join(folder, name);
  const text = typeof content === 'string' ? content : `${JSON.stringify(content, null, 2)}\n`;
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(`${file}.part`, text, { mode: 0o600 });
  await rename(`${file}.part`, file);
}
