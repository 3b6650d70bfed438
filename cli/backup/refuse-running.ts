import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { presenceMs, type Presence } from '../../store/system/presence.ts';
import { refuse } from './failure.ts';

/** Refuses if a process of VX11 has written into the store just now: the lock of the home does not cover containers. */
export function refuseRunning(storeFile: string | null): void {
  if (storeFile === null || !existsSync(storeFile)) return;
  const one = beats(storeFile).find(({ at }) => at + presenceMs > Date.now());
  if (one !== undefined)
    throw refuse(
      `VX11 is running on ${storeFile}: ${one.process} gave a sign of life. Stop it first; a moment later this works.`,
    );
}

/** None if the file is too damaged to be asked, which is a reason to restore it. */
function beats(file: string): Pick<Presence, 'process' | 'at'>[] {
  try {
    using database = new DatabaseSync(file, { readOnly: true, timeout: 1000 });
    const rows = database.prepare('select process, at from presence').all();
    return rows as unknown as Pick<Presence, 'process' | 'at'>[];
  } catch {
    return [];
  }
}
