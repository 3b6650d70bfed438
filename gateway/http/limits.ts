import { VX11Error, type ErrorCode } from '../../contracts/errors.ts';
import { createRateLimiter } from './rate-limiter.ts';
import type { RateLimits } from '../config.ts';
import type { RedisPort } from '../redis.ts';
import { mapMaybe, type MaybePromise } from '../reads/maybe-promise.ts';

/** The rates of one minute; each throws `too_many_requests` with the seconds to wait. */
export interface Limits {
  /** Counts every request for the address that it comes from. */
  address(ip: string): MaybePromise<void>;
  token(id: string, isRead: boolean): MaybePromise<void>;
  /** Counts what an agent's token proposes. */
  proposal(id: string): MaybePromise<void>;
  /** Throws `error`, or 429 if this address was refused too often. */
  refusal(ip: string, error: unknown): MaybePromise<never>;
}

const wrongCredentials: ReadonlySet<string> = new Set<ErrorCode>([
  'auth_required',
  'envelope_refused',
  'forbidden',
  'session_required',
]);

export function createLimits(options: {
  limits: RateLimits;
  redis: RedisPort | null;
  clock: () => number;
  onReject: (limit: string) => void;
}): Limits {
  const { limits, redis, clock, onReject } = options;
  const limiter = (name: string, perMinute: number) => {
    const counter = createRateLimiter(name, perMinute, redis, clock);
    const check = (wait: number): void => {
      if (wait === 0) return;
      onReject(name);
      throw new VX11Error('too_many_requests', `Try again in ${wait} s.`, {
        retryAfterSeconds: wait,
      });
    };
    return (key: string): MaybePromise<void> => mapMaybe(counter.take(key), check);
  };
  const address = limiter('address', limits.perAddress);
  const reads = limiter('reads', limits.readsPerToken);
  const changes = limiter('changes', limits.changesPerToken);
  const proposals = limiter('proposals', limits.proposalsPerToken);
  const refusals = limiter('refusals', limits.refusalsPerAddress);
  return {
    address,
    token: (id, isRead) => (isRead ? reads(id) : changes(id)),
    proposal: (id) => proposals(id),
    refusal: (ip, error) => {
      // only wrong credentials count: an unavailable store is not the caller's fault
      const guess = error instanceof VX11Error && wrongCredentials.has(error.code);
      return mapMaybe(guess ? refusals(ip) : undefined, () => {
        throw error;
      });
    },
  };
}
