import type { QuietHours } from '../../contracts/notice-channel.ts';
import type { NoticeSeverity } from '../../contracts/notice.ts';
import { localTime } from '../services/time-zone.ts';

const minuteMs = 60_000;
/** A night is shorter, also on the day on which clocks are set back. */
const longestMinutes = 26 * 60;

/** Whether clocks of the zone show a time from `from` up to, but not including, `to`. */
export function isQuiet({ from, to, timezone }: QuietHours, at: number): boolean {
  const time = localTime(at, timezone).slice(11, 16);
  return from <= to ? time >= from && time < to : time >= from || time < to;
}

/**
 * When a notice may be sent, in epoch ms: now, or once the quiet hours are over. A critical one is never held. Quiet hours
 * from a time to the same time are none.
 */
export function dueAt(quiet: QuietHours | null, severity: NoticeSeverity, now: number): number {
  if (quiet === null || severity === 'critical' || !isQuiet(quiet, now)) return now;
  const first = (Math.floor(now / minuteMs) + 1) * minuteMs;
  for (let nth = 0; nth < longestMinutes; nth += 1) {
    const at = first + nth * minuteMs;
    if (!isQuiet(quiet, at)) return at;
  }
  return now;
}
