/** How many confirm tokens a plan issues per minute and in total. */
export const renewalLimits = { perMinute: 10, inAll: 100 } as const;

const minuteMs = 60_000;

/** Whether a plan may issue another token now; if not, why, and after how many seconds it may. */
export type RenewalDecision =
  { allow: true } | { allow: false; because: string; retry_after_seconds: number };

/**
 * @param renewals when the earlier tokens were issued, in epoch ms, oldest first
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
      because: `This plan has issued ${inAll} tokens. Use the last one, or reject the plan and ask again.`,
      retry_after_seconds: Math.max(1, Math.ceil((expiresAt - now) / 1000)),
    };
  }
  const freeAt = (renewals.at(-perMinute) ?? 0) + minuteMs;
  if (renewals.length < perMinute || freeAt <= now) return { allow: true };
  const seconds = Math.ceil((freeAt - now) / 1000);
  return {
    allow: false,
    because: `This plan issues at most ${perMinute} tokens a minute. Try again in ${seconds} s.`,
    retry_after_seconds: seconds,
  };
}
