import { afterAll, describe } from 'vitest';
import { postgresBackend } from './backend.ts';
import { describeStore } from './behaviour.ts';
import { postgresPrograms, startPostgres, type PostgresCluster } from './postgres-cluster.ts';

const programs = postgresPrograms();
if (programs === null) {
  const reason = 'initdb is neither in /usr/lib/postgresql nor on PATH';
  console.log(`the store's tests on Postgres are left out: ${reason}`);
}

describe.skipIf(programs === null)('with a cluster of its own', () => {
  let cluster: PostgresCluster | undefined;
  afterAll(() => cluster?.stop());
  describeStore('Postgres', async () => {
    cluster = await startPostgres(programs!);
    return postgresBackend(cluster.url, 'vx11_test');
  });
});
