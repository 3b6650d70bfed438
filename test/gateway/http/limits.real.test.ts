import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectRedis, type RedisPort } from '../../../gateway/redis.ts';
import { hasRedis, startRedis, type TestRedis } from '../../stack/redis.ts';
import { until } from '../../stack/wait.ts';
import { plenty, seedStack, startGateway, type Gateway } from '../fixture.ts';

if (!hasRedis)
  console.log('the limits of gateways that share a Redis are left out: no redis-server');

const mostReads = 10;

describe.skipIf(!hasRedis)('two gateways with one store and one Redis', () => {
  let redis: TestRedis;
  let ports: RedisPort[];
  let gateways: Gateway[];
  beforeAll(async () => {
    redis = await startRedis();
    const connect = () => connectRedis(redis.url, pino({ level: 'silent' }));
    ports = [connect(), connect()];
    const config = { limits: { ...plenty, readsPerToken: mostReads } };
    const first = await startGateway({ config, deps: { redis: ports[0]! } });
    await seedStack(first.store);
    const deps = { redis: ports[1]!, store: () => first.store };
    gateways = [first, await startGateway({ config, deps })];
    await connected(true);
  });
  afterAll(async () => {
    for (const gateway of gateways ?? []) await gateway.close();
    for (const port of ports ?? []) port.close();
    await redis?.destroy();
  });

  const connected = (so: boolean) =>
    until(so ? 'Redis is there' : 'Redis is gone', () =>
      ports.every((port) => port.ready() === so),
    );
  /** The answers of each gateway to that many reads with one token, in turns. */
  const statuses = async (reads: number): Promise<number[][]> => {
    const headers = { 'x-vx11-token': await gateways[0]!.token('viewer') };
    const answers: number[][] = [[], []];
    for (let nth = 0; nth < reads; nth += 1) {
      for (const [which, gateway] of gateways.entries()) {
        const { statusCode } = await gateway.inject({ url: '/vx11/window/status/web', headers });
        answers[which]!.push(statusCode);
      }
    }
    return answers;
  };
  const letIn = (answers: number[]): number => answers.filter((status) => status === 200).length;

  test('share the limit of a token, and each refuses requests beyond it', async () => {
    const answers = await statuses(mostReads + 2);
    expect(answers.map(letIn)).toEqual([mostReads / 2, mostReads / 2]);
    expect(new Set(answers.flat())).toEqual(new Set([200, 429]));
  });

  test('each keep their own limit while Redis is down, and share it again on its return', async () => {
    const before = await statuses(2);
    expect(before.map(letIn)).toEqual([2, 2]);
    await redis.kill();
    // even while a gateway has not noticed yet
    const alone = await statuses(mostReads + 2);
    expect(alone.map(letIn)).toEqual([mostReads, mostReads]);
    expect(new Set(alone.flat())).toEqual(new Set([200, 429]));
    await connected(false);
    expect((await statuses(mostReads + 2)).map(letIn)).toEqual([mostReads, mostReads]);
    redis.start();
    await redis.ready();
    await connected(true);
    expect((await statuses(mostReads + 2)).map(letIn)).toEqual([mostReads / 2, mostReads / 2]);
  });
});
