import pg from 'pg';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { openStore, type Store } from '../../store/index.ts';
import { until } from '../stack/wait.ts';
import { postgresBackend } from './backend.ts';
import { describeStore } from './behaviour.ts';
import { describeAudit, describeBrokenLog, describeLogEnd } from './behaviour/audit.ts';
import { describeInee } from './behaviour/inee.ts';
import { describeIndexes } from './behaviour/indexes.ts';
import { describeRetention } from './behaviour/retention.ts';
import { postgresPrograms, startPostgres, type PostgresCluster } from './postgres-cluster.ts';

const programs = postgresPrograms();
if (programs === null) {
  const reason = 'initdb is neither in /usr/lib/postgresql nor on PATH';
  console.log(`the store's tests on Postgres are left out: ${reason}`);
}

describe.skipIf(programs === null)('with a cluster of its own', () => {
  let cluster: PostgresCluster;
  beforeAll(async () => void (cluster = await startPostgres(programs!)));
  afterAll(() => cluster?.stop());
  describeStore('Postgres', () => postgresBackend(cluster.url, 'vx11_test'));
  describeAudit('Postgres', () => postgresBackend(cluster.url, 'vx11_audit'));
  describeBrokenLog('Postgres', () => postgresBackend(cluster.url, 'vx11_broken_log'));
  describeLogEnd('Postgres', () => postgresBackend(cluster.url, 'vx11_log_end'));
  describeRetention('Postgres', () => postgresBackend(cluster.url, 'vx11_retention'));
  describeInee('Postgres', () => postgresBackend(cluster.url, 'vx11_inee'));
  describeIndexes('Postgres', () => postgresBackend(cluster.url, 'vx11_indexes'));

  /** Two stores on one database, and a client that holds locks they need. */
  async function contended(name: string) {
    const { url } = await postgresBackend(cluster.url, name);
    const [store, other] = [await openStore(url), await openStore(url)];
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    onTestFinished(async () => {
      await client.end();
      await store.close();
      await other.close();
    });
    return { store, other, client };
  }
  const beat = (store: Store, host: string) =>
    store.presence.beat({ process: 'madre', host, at: 1, detail: {} });

  test('a write that waits for a row delays no write of another host', async () => {
    const { store, other, client } = await contended('vx11_waits');
    await beat(store, 'a');
    await client.query('begin');
    await client.query(`update presence set at = 2 where host = 'a'`);
    let waits = true;
    const held = beat(store, 'a').finally(() => void (waits = false));
    await beat(other, 'b');
    await other.events.append([{ type: 'process.started', at: 1, actor: 'test' }]);
    expect(waits).toBe(true);
    await client.query('commit');
    await held;
  });

  test('a write that Postgres ends to resolve a deadlock runs again', async () => {
    const { store, client } = await contended('vx11_deadlock');
    const lease = { window_id: 'window-1', host: 'h', deadline: null, is_open: true };
    const leases = ['a', 'b'].map((service) => ({ ...lease, service }));
    await store.leases.reserve('window-1', leases, 1);
    await client.query(`set deadlock_timeout = '1min'`); // so that Postgres ends the store's transaction
    await client.query('begin');
    await client.query(`select from leases where service = 'b' for update`);
    const renewed = store.leases.renew('window-1', 5000, 10);
    await until('the write waits for the second row', async () => {
      const waiting = await client.query('select from pg_locks where not granted');
      return waiting.rowCount === 1;
    });
    await client.query(`select from leases where service = 'a' for update`);
    await client.query('commit');
    expect(await renewed).toBe(true);
    expect((await store.leases.ofHost('h')).map(({ deadline }) => deadline)).toEqual([5000, 5000]);
  });

  test('a revision changes when a commit becomes visible, and not before', async () => {
    const { url } = await postgresBackend(cluster.url, 'vx11_revision');
    const store = await openStore(url);
    const writer = new pg.Client({ connectionString: url });
    await writer.connect();
    try {
      const before = await store.revision();
      await writer.query('begin');
      await writer.query("insert into presence values ('rev', 'r', 1, '{}')");
      await writer.query('select pg_switch_wal()'); // flushes the write-ahead log, as a busy server would
      expect(await store.revision()).toBe(before);
      await writer.query('commit');
      expect(await store.revision()).not.toBe(before);
    } finally {
      await writer.end();
      await store.close();
    }
  });
});
