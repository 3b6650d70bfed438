import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStore, type Store } from '../../store/index.ts';
import { sqliteBackend, type Backend } from './backend.ts';

let backend: Backend;
let store: Store;
beforeAll(async () => {
  backend = await sqliteBackend();
  store = await openStore(backend.url);
});
afterAll(async () => {
  await store.close();
  await backend.stop();
});

/** Inserts a row with something in each column that needs it. */
async function insert(table: string, values: Record<string, string | number | null>) {
  const columns = await backend.read(`pragma table_info(${table})`);
  const needed = columns.filter(({ notnull, pk }) => notnull === 1 || Number(pk) > 0);
  const row: Record<string, string | number | null> = {
    ...Object.fromEntries(
      needed.map(({ name, type }) => [name, /text/i.test(String(type)) ? 'x' : 1]),
    ),
    ...values,
  };
  const literal = (value: string | number | null) =>
    typeof value === 'string' ? `'${value}'` : String(value);
  await backend.tamper(`insert or replace into ${table} (${Object.keys(row).join(', ')})
    values (${Object.values(row).map(literal).join(', ')})`);
}

const live: [kind: string, table: string, values: Record<string, string | number | null>][] = [
  ['window', 'windows', { id: 'x', state: 'queued' }],
  ['lease', 'leases', { service: 'x' }],
  ['task', 'spawns', { id: 'x', state: 'running' }],
  ['task', 'spawns', { id: 'x', state: 'completed', calls_back: 'box' }],
  ['plan', 'plans', { id: 'x', status: 'WAITING_CONFIRMATION' }],
  ['check_run', 'check_runs', { id: 'x', finished_at: null }],
  ['repair', 'repairs', { id: 'x', finished_at: null }],
  ['scan', 'program_scans', { id: 'x', finished_at: null }],
  ['pull', 'model_pulls', { id: 'x', finished_at: null }],
  ['audit', 'drift_audits', { id: 'x', finished_at: null }],
  ['audio_job', 'audio_jobs', { id: 'x', finished_at: null }],
  ['audio_batch', 'audio_batches', { id: 'x', finished_at: null }],
  ['schedule', 'check_schedules', { name: 'x', paused: 0 }],
  ['window_schedule', 'window_schedules', { name: 'x', paused: 0 }],
  ['autonomy', 'autonomy', { id: 1, running: 1, host: 'x' }],
];

test.each(live)('a live %s in %s needs Temporal', async (kind, table, values) => {
  expect(await store.liveWork.first()).toBeNull();
  await insert(table, values);
  expect(await store.liveWork.first()).toEqual({ kind, id: 'x' });
  if (table === 'autonomy') await backend.tamper('update autonomy set running = 0');
  else await backend.tamper(`delete from ${table}`);
});

test.each<[string, Record<string, string | number | null>]>([
  ['windows', { state: 'closed' }],
  ['spawns', { state: 'completed', calls_back: null }],
  ['plans', { status: 'DONE' }],
  ['check_runs', { finished_at: 1 }],
  ['check_schedules', { paused: 1 }],
  ['window_schedules', { paused: 1 }],
])('an ended or paused row of %s needs nothing', async (table, values) => {
  await insert(table, values);
  expect(await store.liveWork.first()).toBeNull();
});

test('every table whose rows have an end is looked at', async () => {
  const tables = await backend.read(`select name from sqlite_master where type = 'table'`);
  const ending = [];
  for (const { name } of tables)
    if (
      (await backend.read(`pragma table_info(${String(name)})`)).some(
        (column) => column['name'] === 'finished_at',
      )
    )
      ending.push(String(name));
  expect(ending.filter((name) => !live.some(([, table]) => table === name))).toEqual([]);
});
