import { existsSync, linkSync, mkdirSync, renameSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** SQLite keeps what is not in the main file yet in these; with another main file they would damage it. */
const beside = ['-wal', '-shm'];

/**
 * Puts each file in the place of another one in one step, and keeps the old ones, with what belongs to them, and those of
 * Temporal, in a folder beside them. If a step fails, all before it are taken back, and the error is thrown.
 * @returns that folder in the home; null if nothing was there
 */
export function replaceFiles(
  files: readonly { from: string; to: string; isStore: boolean }[],
  { home, name }: { home: string; name: string },
): string | null {
  const undo: (() => void)[] = [];
  const keptIn = (file: string): string => {
    const folder = join(dirname(file), name);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return join(folder, basename(file));
  };
  const putAside = (file: string): void => {
    if (!existsSync(file)) return;
    const kept = keptIn(file);
    undo.push(() => renameSync(kept, file));
    renameSync(file, kept);
  };
  try {
    for (const end of ['', ...beside]) putAside(join(home, `temporal.db${end}`));
    for (const { from, to, isStore } of files) {
      if (existsSync(to)) {
        // a second name, so that no moment is without the file
        const kept = keptIn(to);
        linkSync(to, kept);
        undo.push(() => renameSync(kept, to));
      }
      for (const end of isStore ? beside : []) putAside(to + end);
      renameSync(from, to);
    }
  } catch (error) {
    for (const back of undo.toReversed()) back();
    throw error;
  }
  const aside = join(home, name);
  return existsSync(aside) ? aside : null;
}
