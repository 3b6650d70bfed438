import { DatabaseSync } from 'node:sqlite';
import { openStore } from '../../store/index.ts';
import { newerSchema, type AppliedMigration } from '../../store/migrations/index.ts';
import { completeStore } from './complete-store.ts';
import { refuse } from './failure.ts';
import { quickCheck } from './quick-check.ts';

/**
 * Proves that an unpacked store is whole, that this version can use it, and that its logs are as they were written. Brings its
 * tables up to date.
 * @throws `CommandFailed` with what is wrong
 */
export async function checkStore(file: string): Promise<void> {
  const problem = attempt(() => quickCheck(file));
  if (problem !== null) throw refuse(`The store in the backup is damaged: ${problem}.`);
  const newer = newerSchema(migrationsOf(file));
  if (newer !== null) throw refuse(newer);
  const store = await openStore(`sqlite:${file}`);
  try {
    for (const log of store.audit.logs) {
      const proof = await store.audit.verify(log);
      if (!proof.ok)
        throw refuse(
          `The log ${log} in the backup was changed or damaged at row ${proof.broken_at}: ${proof.because}.`,
        );
    }
  } finally {
    await store.close();
  }
  completeStore(file);
}

function attempt(check: () => string | null): string | null {
  try {
    return check();
  } catch (error) {
    return (error as Error).message;
  }
}

function migrationsOf(file: string): AppliedMigration[] {
  using database = new DatabaseSync(file, { readOnly: true });
  const rows = database.prepare('select * from migrations order by name').all();
  return rows as unknown as AppliedMigration[];
}
