import { DatabaseSync } from 'node:sqlite';

/** Moves what SQLite keeps beside a database, in `-wal`, into its file, which alone is then all of it. */
export function completeStore(file: string): void {
  using database = new DatabaseSync(file);
  database.exec('pragma wal_checkpoint(truncate)');
}
