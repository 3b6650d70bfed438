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

/** The call was not made, so that it cannot have had an effect. */
export class NotAsked extends Error {
  override name = 'NotAsked';

  constructor(cause: unknown) {
    super('the dependency was not asked', { cause });
  }
}

export interface BreakerOptions {
  /** The number of outages in a row after which it opens. */
  failures: number;
  /** How long it stays open, in ms. */
  openMs: number;
  /** Returns whether an error is an outage of the dependency, and not a refusal. */
  isOutage: (error: unknown) => boolean;
  /** Returns how long an outage keeps it open on its own, in ms; null if it counts like any other. */
  holdMs?: (error: unknown) => number | null;
  /** A cheap call that must succeed before an open breaker closes; calls in the meantime wait for it. */
  probe?: () => Promise<unknown>;
}

/** Circuit breaker: makes no calls to a dependency that is unavailable. */
export interface Breaker {
  /** @throws NotAsked while it is open, and, without a probe, while a trial call is under way; what `call` throws */
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
        // count it even if it is held
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
