import {
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  DelegateBackoff,
  handleWhen,
  isBrokenCircuitError,
  type FailureReason,
} from 'cockatiel';

export type BreakerState = 'closed' | 'half_open' | 'open';

/** The call was not made at all: nothing can have come of it. */
export class NotAsked extends Error {
  override name = 'NotAsked';

  constructor(cause: unknown) {
    super('the dependency was not asked', { cause });
  }
}

export interface BreakerOptions {
  /** After so many outages in a row it opens. */
  failures: number;
  /** How long it stays open each time. */
  openMs: number;
  /** Which errors say that the dependency is away, rather than that it refused. */
  isOutage: (error: unknown) => boolean;
  /** How long an outage keeps it open, in ms, whatever went before it; null where it is one like any other. */
  holdMs?: (error: unknown) => number | null;
  /** A cheap call that has to succeed first where it is not closed; calls meanwhile wait for how that ends. */
  probe?: () => Promise<unknown>;
}

/** Stops asking a dependency that is away. */
export interface Breaker {
  /** @throws NotAsked while it is open, and, without a probe, while one call finds out; what `call` throws */
  run<T>(call: () => Promise<T>): Promise<T>;
  readonly state: BreakerState;
}

export function createBreaker(options: BreakerOptions): Breaker {
  const { failures, openMs, isOutage, probe, holdMs = () => null } = options;
  const errorOf = (reason: FailureReason<unknown>): unknown =>
    'error' in reason ? reason.error : undefined;
  let held = false;
  const inARow = new ConsecutiveBreaker(failures);
  const policy = circuitBreaker(
    handleWhen((error) => {
      if (!isOutage(error)) return false;
      held = holdMs(error) !== null;
      return true;
    }),
    {
      halfOpenAfter: new DelegateBackoff(({ result }) =>
        Math.max(holdMs(errorOf(result)) ?? openMs, inARow.state >= failures ? openMs : 0),
      ),
      breaker: {
        state: null,
        success: () => inARow.success(),
        // counts in any case
        failure: () => inARow.failure() || held,
      },
    },
  );
  return {
    async run(call) {
      try {
        if (policy.state !== CircuitState.Closed && probe !== undefined)
          await policy.execute(probe);
      } catch (error) {
        throw new NotAsked(error);
      }
      if (policy.state === CircuitState.HalfOpen && probe === undefined)
        throw new NotAsked(new Error('another call finds out whether it is back'));
      try {
        return await policy.execute(call);
      } catch (error) {
        throw isBrokenCircuitError(error) ? new NotAsked(error) : error;
      }
    },
    get state() {
      if (policy.state === CircuitState.Closed) return 'closed';
      return policy.state === CircuitState.HalfOpen ? 'half_open' : 'open';
    },
  };
}
