import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { testProgram, type TestProgram } from './program.ts';
import { accepts, freePort } from './temporal.ts';
import { until } from './wait.ts';

export interface TestRedis extends TestProgram {
  url: string;
  ready(): Promise<void>;
  destroy(): Promise<void>;
}

export const hasRedis = (process.env.PATH ?? '')
  .split(delimiter)
  .some((folder) => existsSync(join(folder, 'redis-server')));

/**
 * A redis-server for one test, which keeps nothing on disk.
 * @param tls its certificate and key, and the authority that it checks clients with: then it takes TLS only
 */
export async function startRedis(tls?: {
  cert: string;
  key: string;
  ca: string;
}): Promise<TestRedis> {
  const folder = await mkdtemp(join(tmpdir(), 'vx11-redis-'));
  const port = await freePort();
  const files = (one: { cert: string; key: string; ca: string }): string[] => [
    '--port',
    '0',
    '--tls-port',
    String(port),
    '--tls-auth-clients',
    'yes',
    '--tls-cert-file',
    one.cert,
    '--tls-key-file',
    one.key,
    '--tls-ca-cert-file',
    one.ca,
  ];
  const listening = tls === undefined ? ['--port', String(port)] : files(tls);
  const args = [...listening, '--bind', '127.0.0.1', '--save', '', '--dir', folder];
  const program = testProgram('redis-server', args, {}, join(folder, 'redis.log'));
  const ready = async (): Promise<void> => {
    await until('Redis answers', () => accepts(port));
  };
  program.start();
  await ready();
  return {
    ...program,
    url: tls === undefined ? `redis://127.0.0.1:${port}` : `rediss://localhost:${port}`,
    ready,
    async destroy() {
      await program.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
