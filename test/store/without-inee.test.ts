import { expect, onTestFinished, test } from 'vitest';
import { openStore } from '../../store/index.ts';
import { noon } from '../domain/samples.ts';
import { sqliteWithoutInee } from './backend.ts';

test('a store without the tables of INEE stays so, and retention does without them', async () => {
  const backend = await sqliteWithoutInee();
  onTestFinished(() => backend.stop());
  const store = await openStore(backend.url);
  onTestFinished(() => store.close());
  const names = "select name from sqlite_master where sql like '%hormiguero_inee%'"; // also of indexes, views and triggers
  expect(await backend.read(names)).toEqual([]);
  expect(await store.retention.forget({ before: noon, now: noon, actor: 'r' })).toEqual({});
});
