import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { endAndExpectRest } from '../stack/promises.ts';
import { startStack, type TestStack } from '../stack/stack.ts';
import { postgresBackend, type Backend } from '../store/backend.ts';
import {
  postgresPrograms,
  startPostgres,
  type PostgresCluster,
} from '../store/postgres-cluster.ts';
import { openStore } from '../../store/index.ts';
import { follow } from './streams/follow.ts';
import { browserOf } from './ui/sign-in.ts';

const programs = postgresPrograms();
if (programs === null) console.log('the gateway over Postgres is left out: no initdb');

describe.skipIf(programs === null)('the gateway and madre over Postgres', () => {
  let cluster: PostgresCluster;
  let database: Backend;
  let stack: TestStack;
  beforeAll(async () => {
    cluster = await startPostgres(programs!);
    database = await postgresBackend(cluster.url, 'vx11_gateway');
    stack = await startStack({
      temporalAddress: inject('temporalAddress'),
      services: { web: {} },
      env: { VX11_STORE_URL: database.url },
    });
  });
  afterAll(async () => {
    await stack?.destroy();
    await database?.stop();
    await cluster?.stop();
  });

  const open = (headers: Record<string, string>) =>
    stack.call('POST', '/vx11/window/open', { target: 'web', ttl_seconds: 60 }, headers);

  test('a token is created, and allows what its scope allows', async () => {
    const made = await stack.call('POST', '/vx11/tokens', { name: 'screen', scope: 'viewer' });
    expect(made.status).toBe(201);
    const viewer = { 'x-vx11-token': made.body.token as string };
    const status = await stack.call('GET', '/vx11/status', undefined, viewer);
    expect(status).toMatchObject({ status: 200, body: { mode: 'solo_madre', windows: [] } });
    expect(status.body.services).toContainEqual(
      expect.objectContaining({ name: 'web', tier: 'window', host: stack.project }),
    );
    expect((await open(viewer)).status).toBe(403);
  });

  test('a window opens once for a key, is listed, and closes with its receipt', async () => {
    const key = { 'idempotency-key': 'open-web-1' };
    const first = await open(key);
    expect(first).toMatchObject({ status: 200, body: { is_open: true } });
    const again = await open(key);
    expect(again.headers.get('idempotent-replay')).toBe('true');
    expect(again.body).toEqual(first.body);
    const { window_id } = first.body;
    const { body: list } = await stack.call('GET', '/vx11/windows?state=open');
    expect(list.windows).toMatchObject([{ window_id, state: 'open', extensions: 0 }]);
    expect(await stack.running()).toEqual(['web']);
    const closed = await stack.call('POST', '/vx11/window/close', { window_id });
    expect(closed.body).toMatchObject({ was_open: true, receipt: { window_id, residue: [] } });
  });

  test('a reader of events gets past events in order, and then new ones', async () => {
    const stream = await follow(stack.url, '?since=0', {}, stack.token);
    const types = (): string[] => stream.received.map(({ type }) => type);
    await expect.poll(types, { timeout: 30_000 }).toContain('window.closed');
    const seqs = stream.received.map(({ seq }) => seq);
    expect(seqs).toEqual(seqs.map((_, nth) => nth + 1));
    const before = ['window.requested', 'window.opening', 'window.open', 'window.closing'];
    expect(types()).toEqual(expect.arrayContaining(['token.created', ...before]));
    await open({});
    await expect
      .poll(() => types().filter((type) => type === 'window.open'), { timeout: 30_000 })
      .toHaveLength(2);
    stream.close();
    await endAndExpectRest(stack);
  });

  test('the streams of a session end when another process revokes its token', async () => {
    const made = await stack.call('POST', '/vx11/tokens', { name: 'guest', scope: 'viewer' });
    const { token, token_id } = made.body as { token: string; token_id: string };
    const started = await fetch(`${stack.url}/vx11/session`, {
      method: 'POST',
      headers: { 'x-vx11-token': token },
    });
    const body = (await started.json()) as {
      session_id: string;
      proof: string;
      expires_at: string;
    };
    const { headers } = browserOf(body, started.headers.get('set-cookie')!);
    const stream = await follow(stack.url, '', headers, null);
    expect(stream.response.status).toBe(200);
    const other = await openStore(database.url);
    try {
      await other.tokens.revoke(token_id, Date.now(), []);
      await stream.ended;
    } finally {
      await other.close();
    }
    expect((await fetch(`${stack.url}/vx11/session`, { headers })).status).toBe(401);
  });
});
