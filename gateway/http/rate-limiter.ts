import {
  RateLimiterMemory,
  RateLimiterRedis,
  RateLimiterRes,
  type RateLimiterAbstract,
} from 'rate-limiter-flexible';
import type { RedisPort } from '../redis.ts';
import type { MaybePromise } from '../reads/maybe-promise.ts';

const windowSeconds = 60;

/** Limits each key to a number of requests a minute, over all gateways that share a Redis. */
export interface RateLimiter {
  /** Takes one request. @returns 0 if it is admitted, else the seconds until the next one is */
  take(key: string): MaybePromise<number>;
}

interface Share {
  left: number;
  until: number;
}

/**
 * Counts in Redis, or in this process while Redis is unavailable. A large limit is taken from Redis in shares of a
 * thousandth, which this process then spends without a round trip. Never more than `perMinute` is admitted.
 */
export function createRateLimiter(
  name: string,
  perMinute: number,
  redis: RedisPort | null,
  clock: () => number,
): RateLimiter {
  const share = Math.max(1, Math.floor(perMinute / 1000));
  const limiter = limiterOf(name, Math.max(1, Math.floor(perMinute / share)), redis);
  const shares = new Map<string, Share>();
  const asking = new Map<string, Promise<void>>();

  const ask = (key: string): Promise<void> => {
    const known = asking.get(key);
    if (known !== undefined) return known;
    const asked = limiter
      .consume(key)
      .then(
        (answer) => ({ left: share, until: clock() + answer.msBeforeNext }),
        (refusal: unknown) => {
          if (refusal instanceof RateLimiterRes) {
            return { left: 0, until: clock() + refusal.msBeforeNext };
          }
          return { left: share, until: clock() + 1000 }; // no counter answers: admit rather than refuse
        },
      )
      .then((drawn) => {
        if (shares.size > 10_000) forgetPast(shares, clock());
        shares.set(key, drawn);
        asking.delete(key);
      });
    asking.set(key, asked);
    return asked;
  };
  const spend = (key: string): number | null => {
    const drawn = shares.get(key);
    const now = clock();
    if (drawn === undefined || drawn.until <= now) return null;
    if (drawn.left > 0) {
      drawn.left -= 1;
      if (drawn.left === 0) shares.delete(key);
      return 0;
    }
    return Math.ceil((drawn.until - now) / 1000);
  };
  const take = async (key: string): Promise<number> => {
    for (;;) {
      const spent = spend(key);
      if (spent !== null) return spent;
      await ask(key);
    }
  };
  return { take: (key) => spend(key) ?? take(key) };
}

function limiterOf(name: string, points: number, redis: RedisPort | null): RateLimiterAbstract {
  const options = { keyPrefix: `vx11:${name}`, points, duration: windowSeconds };
  const memory = new RateLimiterMemory(options);
  if (redis === null) return memory;
  return new RateLimiterRedis({
    ...options,
    storeClient: redis.client,
    rejectIfRedisNotReady: true,
    insuranceLimiter: memory,
  });
}

function forgetPast(shares: Map<string, Share>, now: number): void {
  for (const [key, { until }] of shares) if (until <= now) shares.delete(key);
}
