import { ok, warn, type Finding } from './finding.ts';

/** How far apart two clocks may be, including the duration of the call. */
const toleranceMs = 2_000;

/**
 * Compares another machine's clock with this one's.
 * @param theirMs what the other clock showed at some moment between `askedMs` and `now`; all in epoch ms
 */
export function clockFinding(
  name: string,
  theirMs: number,
  askedMs: number,
  now = Date.now(),
): Finding {
  const apart = theirMs < askedMs ? askedMs - theirMs : theirMs > now ? theirMs - now : 0;
  return apart <= toleranceMs
    ? ok(name, apart === 0 ? 'in step with this clock' : `${apart} ms apart`)
    : warn(
        name,
        `${apart} ms apart from this clock`,
        'synchronize both clocks with NTP: deadlines are points in time',
      );
}
