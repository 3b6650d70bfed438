import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openStore } from '../../store/index.ts';
import { postgresBackend } from './backend.ts';
import { describeStore } from './behaviour.ts';
import { describeAudit, describeBrokenLog, describeLogEnd } from './behaviour/audit.ts';
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
  describeIndexes('Postgres', () => postgresBackend(cluster.url, 'vx11_indexes'));

  test('a revision moves when a commit can be seen, and not while it is being written', async () => {
    const { url } = await postgresBackend(cluster.url, 'vx11_revision');
    const store = await openStore(url);
    const writer = new pg.Client({ connectionString: url });
    await writer.connect();
    try {
      const before = await store.revision();
      await writer.query('begin');
      await writer.query("insert into presence values ('rev', 'r', 1, '{}')");
      await writer.query('select pg_switch_wal()'); // as a busy log would, what is written goes out
      expect(await store.revision()).toBe(before);
      await writer.query('commit');
      expect(await store.revision()).not.toBe(before);
    } finally {
      await writer.end();
      await store.close();
    }
  });
});
