import {
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  handleWhen,
  isBrokenCircuitError,
} from 'cockatiel';
import { VX11Error, type ErrorCode } from '../../contracts/errors.ts';

const failuresToOpen = 3;
const halfOpenAfterMs = 2000;

export type BreakerState = 'closed' | 'half_open' | 'open';

/** The call was not made at all: nothing can have come of it. */
export class NotAsked extends Error {
  constructor(cause: unknown) {
    super('the dependency was not asked', { cause });
    this.name = 'NotAsked';
  }
}

/** Stops asking a dependency that is away: after 3 failures in a row it refuses at once, for 2 s each time. */
export interface Breaker {
  /**
   * Runs `call`; where the circuit is not closed, a cheap `probe` has to succeed first, so that no long call is the
   * one that finds out. Throws what `call` throws, or the breaker's own error code while it is open.
   */
  run<T>(call: () => Promise<T>): Promise<T>;
  readonly state: BreakerState;
}

export function createBreaker(options: {
  code: ErrorCode;
  detail: string;
  /** Which errors say that the dependency is away, rather than that it refused. */
  isOutage: (error: unknown) => boolean;
  probe: () => Promise<unknown>;
}): Breaker {
  const policy = circuitBreaker(handleWhen(options.isOutage), {
    halfOpenAfter: halfOpenAfterMs,
    breaker: new ConsecutiveBreaker(failuresToOpen),
  });
  const away = (cause: unknown): VX11Error =>
    new VX11Error(options.code, options.detail, { retryAfterSeconds: 2, cause });
  return {
    async run(call) {
      try {
        if (policy.state !== CircuitState.Closed) await policy.execute(options.probe);
      } catch (error) {
        throw away(new NotAsked(error));
      }
      try {
        return await policy.execute(call);
      } catch (error) {
        if (isBrokenCircuitError(error)) throw away(new NotAsked(error));
        if (options.isOutage(error)) throw away(error);
        throw error;
      }
    },
    get state() {
      if (policy.state === CircuitState.Closed) return 'closed';
      return policy.state === CircuitState.HalfOpen ? 'half_open' : 'open';
    },
  };
}
