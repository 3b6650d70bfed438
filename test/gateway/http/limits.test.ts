import { expect, test } from 'vitest';
import { adminToken, plenty, seedStack, startGateway } from '../fixture.ts';

const within = async (
  limits: Partial<typeof plenty>,
  work: (gateway: Awaited<ReturnType<typeof startGateway>>) => Promise<void>,
) => {
  const gateway = await startGateway({ config: { limits: { ...plenty, ...limits } } });
  try {
    await seedStack(gateway.store);
    await work(gateway);
  } finally {
    await gateway.close();
  }
};
const headers = { 'x-vx11-token': adminToken };

test.each([
  ['reads of one token', { readsPerToken: 5 }, 5],
  ['reads, drawn in shares', { readsPerToken: 3000 }, 3000],
  ['requests of one address', { perAddress: 7 }, 7],
])(
  'B37: %s beyond the limit are 429 with Retry-After, and no more are let in',
  async (_, limits, most) => {
    await within(limits, async (gateway) => {
      let let_in = 0;
      for (let nth = 0; nth < most + 5; nth += 1) {
        const answer = await gateway.inject({ url: '/vx11/status', headers });
        if (answer.statusCode === 200) let_in += 1;
        else {
          expect(answer.statusCode).toBe(429);
          expect(answer.json()).toMatchObject({ error: 'too_many_requests' });
          const wait = Number(answer.headers['retry-after']);
          expect(wait).toBeGreaterThan(0);
          expect(wait).toBeLessThanOrEqual(60);
        }
      }
      expect(let_in).toBe(most);
    });
  },
);

test('a concurrent burst is not admitted beyond the limit', async () => {
  await within({ readsPerToken: 20 }, async (gateway) => {
    const burst = Array.from({ length: 60 }, () =>
      gateway.inject({ url: '/vx11/status', headers }),
    );
    const statuses = (await Promise.all(burst)).map(({ statusCode }) => statusCode);
    expect(statuses.filter((status) => status === 200)).toHaveLength(20);
  });
});

test('changes have their own limit, and reads are still served', async () => {
  await within({ changesPerToken: 2 }, async (gateway) => {
    const change = () =>
      gateway.inject({ method: 'POST', url: '/operator/power/service/redis/stop', headers });
    const statuses = [await change(), await change(), await change()].map((one) => one.statusCode);
    expect(statuses).toEqual([403, 403, 429]);
    expect((await gateway.inject({ url: '/vx11/status', headers })).statusCode).toBe(200);
  });
});

test('B38: forwarded headers do not change the address', async () => {
  await within({ perAddress: 3 }, async (gateway) => {
    const ask = async (nth: number) => {
      const forged = { 'x-forwarded-for': `10.0.0.${nth}`, 'x-forwarded-host': 'evil.example' };
      return (await gateway.inject({ url: '/health', headers: forged })).statusCode;
    };
    expect([await ask(1), await ask(2), await ask(3), await ask(4)]).toEqual([200, 200, 200, 429]);
  });
});

test('wrong tokens are limited by address, and a caller with a valid token is still served', async () => {
  await within({ refusalsPerAddress: 3 }, async (gateway) => {
    const guess = async () =>
      (await gateway.inject({ url: '/vx11/status', headers: { 'x-vx11-token': 'guess' } }))
        .statusCode;
    expect([await guess(), await guess(), await guess(), await guess()]).toEqual([
      403, 403, 403, 429,
    ]);
    expect((await gateway.inject({ url: '/vx11/status', headers })).statusCode).toBe(200);
  });
});

test('while Redis is down the process keeps the limits', async () => {
  const { connectRedis } = await import('../../../gateway/redis.ts');
  const { pino } = await import('pino');
  const redis = connectRedis('redis://127.0.0.1:1', pino({ level: 'silent' }));
  const gateway = await startGateway({
    config: { limits: { ...plenty, readsPerToken: 3 } },
    deps: { redis },
  });
  try {
    await seedStack(gateway.store);
    const ask = async () =>
      (await gateway.inject({ url: '/vx11/window/status/web', headers })).statusCode;
    expect([await ask(), await ask(), await ask(), await ask()]).toEqual([200, 200, 200, 429]);
  } finally {
    redis.close();
    await gateway.close();
  }
});
