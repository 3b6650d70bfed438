import { ok, warn, type Finding } from './finding.ts';

/** How far two clocks of one machine may be apart, the time of the call included. */
const toleranceMs = 2_000;

/** Compares a clock that was read between `askedMs` and now with ours. Epoch ms. */
export function clockFinding(
  name: string,
  theirMs: number,
  askedMs: number,
  now = Date.now(),
): Finding {
  const apart = theirMs < askedMs ? askedMs - theirMs : theirMs > now ? theirMs - now : 0;
  return apart <= toleranceMs
    ? ok(name, apart === 0 ? 'the same' : `${apart} ms apart`)
    : warn(
        name,
        `${apart} ms apart from this one`,
        'let both machines keep time (NTP): deadlines are instants',
      );
}
