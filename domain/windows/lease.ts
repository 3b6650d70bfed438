/** Whether a lease has not expired; an expired lease counts as absent. */
export const isLive = (lease: { deadline: number | null }, now: number): boolean =>
  lease.deadline === null || lease.deadline > now;

/** When a service may stop: the latest deadline of its leases; null if one of them has no deadline. */
export function newestDeadline(leases: readonly { deadline: number | null }[]): number | null {
  return leases.some((lease) => lease.deadline === null)
    ? null
    : Math.max(...leases.map((lease) => lease.deadline ?? 0));
}

/** The next deadline of a lease; null if there is none. */
export function nextExpiry(
  leases: readonly { deadline: number | null }[],
  now: number,
): number | null {
  const ahead = leases.flatMap((lease) =>
    lease.deadline !== null && lease.deadline > now ? [lease.deadline] : [],
  );
  return ahead.length === 0 ? null : Math.min(...ahead);
}
