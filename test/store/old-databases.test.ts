import { copyFile, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openStore, type Store } from '../../store/index.ts';
import { databases } from '../repository/kept-files.ts';
import { readRows } from './rows.ts';

/** A copy of a release's database, which is removed after the test. */
async function copyOf(release: string): Promise<{ file: string; open(): Promise<Store> }> {
  const folder = await mkdtemp(join(tmpdir(), 'vx11-old-database-'));
  const file = join(folder, 'vx11.db');
  await copyFile(join(databases, release, 'vx11.db'), file);
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return {
    file,
    async open() {
      const store = await openStore(`sqlite:${file}`);
      onTestFinished(() => store.close());
      return store;
    },
  };
}

/** How many rows each table has. */
function rowCounts(file: string): Map<string, number> {
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    const tables = db
      .prepare("select name from sqlite_master where type = 'table' and name not like 'sqlite_%'")
      .all()
      .map(({ name }) => String(name));
    return new Map(
      tables.map((table) => {
        const row = db.prepare(`select count(*) as rows from ${table}`).get();
        return [table, Number(row!['rows'])];
      }),
    );
  } finally {
    db.close();
  }
}

const releases = await readdir(databases);

describe.each(releases)('a database of %s', (release) => {
  test('has rows in every table', async () => {
    const { file } = await copyOf(release);
    for (const [table, rows] of rowCounts(file)) expect(rows, table).toBeGreaterThan(0);
  });

  test('reads the same after its migration, and loses no row', async () => {
    const { file, open } = await copyOf(release);
    const before = rowCounts(file);
    const store = await open();
    const expected = await readFile(join(databases, release, 'rows.json'), 'utf8');
    // later versions may read more fields of a row, never fewer
    expect(JSON.parse(JSON.stringify(await readRows(store)))).toMatchObject(
      JSON.parse(expected) as object,
    );
    const after = rowCounts(file);
    for (const [table, rows] of before) {
      if (after.has(table)) expect(after.get(table), table).toBeGreaterThanOrEqual(rows);
    }
  });

  test('has intact logs after its migration, which accept new events', async () => {
    const { open } = await copyOf(release);
    const store = await open();
    await store.events.append([{ type: 'process.started', at: Date.now(), actor: 'madre' }]);
    for (const log of store.audit.logs) {
      expect(await store.audit.verify(log), log).toMatchObject({ ok: true });
    }
  });

  test('is migrated once, also when two processes open it at once', async () => {
    const { open } = await copyOf(release);
    const [one, two] = await Promise.all([open(), open()]);
    expect(await readRows(one)).toEqual(await readRows(two));
  });
});
