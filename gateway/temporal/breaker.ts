import { VX11Error, type ErrorCode } from '../../contracts/errors.ts';
import {
  createBreaker as breakerOf,
  NotAsked,
  type Breaker,
  type BreakerState,
} from '../../platform/concurrency/breaker.ts';

export { NotAsked, type BreakerState };

const failuresToOpen = 3;
const openMs = 2000;

/**
 * Stops calling an unavailable dependency: after 3 failures in a row it fails every call at once, for 2 s, with the error
 * code of that dependency. Until it closes, a cheap `probe` has to succeed first, so that no long call is spent on finding
 * out.
 */
export function createBreaker(options: {
  code: ErrorCode;
  detail: string;
  /** Whether an error means that the dependency is unavailable, rather than that it refused. */
  isOutage: (error: unknown) => boolean;
  probe: () => Promise<unknown>;
}): Breaker {
  const { code, detail, isOutage, probe } = options;
  const breaker = breakerOf({ failures: failuresToOpen, openMs, isOutage, probe });
  return {
    async run(call) {
      try {
        return await breaker.run(call);
      } catch (error) {
        if (!(error instanceof NotAsked) && !isOutage(error)) throw error;
        throw new VX11Error(code, detail, { retryAfterSeconds: 2, cause: error });
      }
    },
    get state() {
      return breaker.state;
    },
  };
}
