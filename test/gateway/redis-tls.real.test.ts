import { copyFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { connectRedis } from '../../gateway/redis.ts';
import { followMaterial, tlsFilesOf } from '../../platform/tls/files.ts';
import { hasRedis, startRedis, type TestRedis } from '../stack/redis.ts';
import { until } from '../stack/wait.ts';
import { createAuthority, past, type Authority, type Certificate } from '../tls/authority.ts';

describe.skipIf(!hasRedis)('one Redis by TLS, with a certificate of each side', () => {
  let authority: Authority;
  let other: Authority;
  let redis: TestRedis;
  beforeAll(async () => {
    authority = createAuthority();
    other = createAuthority('other');
    const server = authority.issue('redis', { names: 'DNS:localhost' });
    redis = await startRedis({ ...server, ca: authority.ca });
  }, 60_000);
  afterAll(async () => {
    await redis?.destroy();
    authority.remove();
    other.remove();
  });

  function connect(env: Record<string, string>, url = redis.url) {
    const lines: string[] = [];
    const log = pino({ level: 'warn' }, { write: (line) => void lines.push(line) });
    const files = tlsFilesOf(env, { cert: 'CERT', key: 'KEY', ca: 'CA' });
    const live = followMaterial(files, { everyMs: 50 });
    const port = connectRedis(url, log, live);
    onTestFinished(() => {
      port.close();
      live.stop();
    });
    return { port, lines, live };
  }
  const of = ({ cert, key }: Certificate, ca = authority.ca) => ({ CERT: cert, KEY: key, CA: ca });

  test('the gateway connects with both, and again with a replaced certificate', async () => {
    const own = authority.issue('first');
    const { port, live } = connect(of(own));
    await until('it is connected', () => port.ready());
    await port.ping();
    const before = live.current();
    const next = authority.issue('second');
    copyFileSync(next.cert, own.cert);
    copyFileSync(next.key, own.key);
    await until('it was read again', () => live.current() !== before);
    await redis.stop();
    redis.start();
    await redis.ready();
    await until('it is connected again', () => port.ready());
    await port.ping();
  });

  test('what is wrong is logged in words', async () => {
    const own = authority.issue('own');
    const said = async (env: Record<string, string>, url?: string): Promise<string> => {
      const { port, lines } = connect(env, url);
      await until('it is logged', () => lines.length > 0);
      expect(port.ready()).toBe(false);
      return (JSON.parse(lines[0]!) as { because?: string }).because ?? lines[0]!;
    };
    expect(await said(of(own, other.ca))).toContain('is not signed by an authority');
    const elsewhere = redis.url.replace('localhost', '127.0.0.1');
    expect(await said(of(own), elsewhere)).toContain('is for other names');
    expect(await said({ CA: authority.ca })).toContain('client certificate');
    expect(await said(of(other.issue('stranger')))).toMatch(
      /does not trust the authority|not accept ours/,
    );
    expect(() => connect(of(authority.issue('late', { dates: past })))).toThrow('expired on');
  });

  // an error that nobody listens for fails the run
  test('connections that are closed while they are refused end no process', async () => {
    const own = of(authority.issue('hasty'), other.ca);
    const hasty = async (ms: number): Promise<void> => {
      const { port } = connect(own);
      await pause(ms);
      expect(port.ready()).toBe(false);
      port.close();
    };
    for (let round = 0; round < 40; round += 1)
      await Promise.all(Array.from({ length: 8 }, (_, nth) => hasty(2 * nth + (round % 2))));
    await pause(200);
  });
});
