import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { onTestFinished } from 'vitest';
import { openStore } from '../../store/index.ts';

/** Makes a store that VX11 9.1.0 has migrated by `9999-later`. It ends with its test. */
export async function makeNewerStore(): Promise<{ url: string; db: DatabaseSync }> {
  const folder = await mkdtemp(join(tmpdir(), 'vx11-newer-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'store.db');
  const url = `sqlite:${file}`;
  await (await openStore(url)).close();
  const db = new DatabaseSync(file);
  onTestFinished(() => db.close());
  db.exec(`insert into migrations (name, at, version) values ('9999-later', 1, '9.1.0')`);
  return { url, db };
}
