import { copyFileSync } from 'node:fs';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { storeTrouble } from '../../cli/up/store-trouble.ts';
import { tlsTrouble } from '../../platform/tls/trouble.ts';
import { openStore } from '../../store/index.ts';
import { until } from '../stack/wait.ts';
import { createAuthority, past, type Authority, type Certificate } from '../tls/authority.ts';
import { postgresPrograms, startPostgres, type PostgresCluster } from './postgres-cluster.ts';

const programs = postgresPrograms();

describe.skipIf(programs === null)('Postgres by TLS, with a certificate of each side', () => {
  let authority: Authority;
  let other: Authority;
  let client: Certificate;
  let cluster: PostgresCluster;
  beforeAll(async () => {
    authority = createAuthority();
    other = createAuthority('other');
    client = authority.issue('vx11');
    const server = authority.issue('postgres', { names: 'DNS:localhost' });
    cluster = await startPostgres(programs!, { tls: { ...server, ca: authority.ca } });
  }, 60_000);
  afterAll(async () => {
    await cluster?.stop();
    authority.remove();
    other.remove();
  });

  const urlWith = (more: Record<string, string>, host = 'localhost'): string => {
    const url = new URL(`${cluster.url}/postgres`);
    url.hostname = host;
    url.search = String(new URLSearchParams({ sslmode: 'verify-full', ...more }));
    return url.href;
  };
  const files = ({ cert, key }: Certificate) => ({ sslcert: cert, sslkey: key });
  const trusting = () => ({ sslrootcert: authority.ca });
  const outcome = (url: string): Promise<string> =>
    openStore(url).then(
      (store) => store.close().then(() => 'opened'),
      (error: unknown) => tlsTrouble(error) ?? (error as Error).message,
    );

  test('the store opens with both, and says what is wrong otherwise', async () => {
    expect(await outcome(urlWith({ ...trusting(), ...files(client) }))).toBe('opened');
    expect(await outcome(urlWith({ sslrootcert: other.ca, ...files(client) }))).toContain(
      'is not signed by an authority',
    );
    expect(await outcome(urlWith(files(client)))).toContain('is not signed by an authority');
    expect(await outcome(urlWith({ ...trusting(), ...files(client) }, '127.0.0.1'))).toContain(
      'is for other names',
    );
    expect(await outcome(urlWith(trusting()))).toContain('client certificate');
    expect(await outcome(urlWith({ ...trusting(), ...files(other.issue('stranger')) }))).toContain(
      'does not trust the authority of our certificate',
    );
    const late = authority.issue('late', { dates: past });
    expect(await outcome(urlWith({ ...trusting(), ...files(late) }))).toContain(
      'our certificate has expired',
    );
    expect(await outcome(`${cluster.url}/postgres`)).toContain('by TLS only');
  });

  test('the start names a store whose certificate is not trusted, and a file that is missing', async () => {
    const untrusted = await storeTrouble(urlWith({ sslrootcert: other.ca, ...files(client) }), '/');
    expect(untrusted?.sentence).toContain('is not signed by an authority');
    const missing = await storeTrouble(urlWith({ sslrootcert: '/nowhere/ca.pem' }), '/');
    expect(missing).toMatchObject({
      permanent: true,
      sentence: expect.stringContaining("open '/nowhere/ca.pem'"),
    });
  });

  test('a client certificate that was replaced is shown by the next connection', async () => {
    const own = authority.issue('first');
    const url = urlWith({ ...trusting(), ...files(own) });
    const store = await openStore(url);
    onTestFinished(() => store.close());
    const shown = async (): Promise<string[]> => {
      const admin = new pg.Client({
        connectionString: urlWith({ ...trusting(), ...files(client) }),
      });
      await admin.connect();
      const { rows } = await admin.query<{ client_dn: string }>(
        'select client_dn from pg_stat_ssl where client_dn is not null',
      );
      await admin.query(
        `select pg_terminate_backend(pid) from pg_stat_ssl where client_dn = '/CN=first'`,
      );
      await admin.end();
      return rows.map(({ client_dn }) => client_dn);
    };
    await store.revision();
    const next = authority.issue('second');
    copyFileSync(next.cert, own.cert);
    copyFileSync(next.key, own.key);
    expect(await shown()).toContain('/CN=first');
    await until('the store answers again', () =>
      Promise.resolve(store.revision()).then(
        () => true,
        () => false,
      ),
    );
    expect(await shown()).toContain('/CN=second');
  });
});
