/** A plan gives out this many tokens a minute, and this many in all. */
export const renewalLimits = { perMinute: 10, inAll: 100 } as const;

const minuteMs = 60_000;

/** Whether a plan gives out another token now, and when it does where it does not. */
export type RenewalDecision =
  { allow: true } | { allow: false; because: string; retry_after_seconds: number };

/**
 * @param renewals when tokens were given out before, in epoch ms, oldest first
 * @param expiresAt when the plan stops waiting, in epoch ms
 */
export function mayRenew(
  renewals: readonly number[],
  now: number,
  expiresAt: number,
): RenewalDecision {
  const { perMinute, inAll } = renewalLimits;
  if (renewals.length >= inAll) {
    return {
      allow: false,
      because: `This plan has given out ${inAll} tokens: use the last one, or reject it and ask again.`,
      retry_after_seconds: Math.max(1, Math.ceil((expiresAt - now) / 1000)),
    };
  }
  const freeAt = (renewals.at(-perMinute) ?? 0) + minuteMs;
  if (renewals.length < perMinute || freeAt <= now) return { allow: true };
  const seconds = Math.ceil((freeAt - now) / 1000);
  return {
    allow: false,
    because: `This plan gives out ${perMinute} tokens a minute. Try again in ${seconds} s.`,
    retry_after_seconds: seconds,
  };
}
