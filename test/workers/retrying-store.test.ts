import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { openStore } from '../../store/index.ts';
import { retryingStore } from '../../workers/retrying-store.ts';

test('a worker does not wait for a store that a newer version has migrated, and ends with the reason', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vx11-newer-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'store.db');
  await (await openStore(`sqlite:${file}`)).close();
  using db = new DatabaseSync(file);
  db.exec(`insert into migrations (name, at, version) values ('9999-later', 1, '9.1.0')`);
  const { signal } = new AbortController();
  const opening = retryingStore(`sqlite:${file}`, pino({ level: 'silent' }), signal);
  await expect(opening).rejects.toThrow('Start that version or a newer one');
});
