import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { BackupFact } from '../../../domain/incidents/facts.ts';
import type { AntSettings } from '../../../domain/incidents/settings.ts';

const mostKept = 20;

/** The newest files of the declared folders. A folder that cannot be read has none. @param folder of the stack */
export const readBackups =
  (folder: string, declared: () => AntSettings['backups']) => async (): Promise<BackupFact[]> =>
    Promise.all(
      declared().map(async ({ path, max_age_ms }) => {
        const at = resolve(folder, path);
        const names = await readdir(at).catch(() => []);
        const files = await Promise.all(
          names.map(async (name) => {
            const found = await stat(join(at, name)).catch(() => null);
            return found?.isFile() === true ? [[found.mtimeMs, found.size] as const] : [];
          }),
        );
        const newest = files.flat().toSorted(([one], [other]) => other - one);
        return { path, max_age_ms, files: newest.slice(0, mostKept) };
      }),
    );
