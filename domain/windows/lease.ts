/** An expired lease is no lease. */
export const isLive = (lease: { deadline: number | null }, now: number): boolean =>
  lease.deadline === null || lease.deadline > now;

/** When a service may go down: the latest deadline of its leases; null when one of them has no end. */
export function newestDeadline(leases: readonly { deadline: number | null }[]): number | null {
  return leases.some((lease) => lease.deadline === null)
    ? null
    : Math.max(...leases.map((lease) => lease.deadline ?? 0));
}

/** The next moment at which some lease ends; null when none will. */
export function nextExpiry(
  leases: readonly { deadline: number | null }[],
  now: number,
): number | null {
  const ahead = leases.flatMap((lease) =>
    lease.deadline !== null && lease.deadline > now ? [lease.deadline] : [],
  );
  return ahead.length === 0 ? null : Math.min(...ahead);
}
