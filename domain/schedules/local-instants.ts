import { localTime, offsetMs } from '../services/time-zone.ts';

const dayMs = 86_400_000;
const minuteMs = 60_000;

/** When clocks of a zone show a local time. */
export interface LocalInstants {
  /** Epoch ms: none where clocks skip it, two where they show it twice. */
  shown: number[];
  /** If it is skipped: when clocks continue after it. */
  resumes: number | null;
}

/**
 * Finds the instants of a local time.
 * @param local the local time as if it were UTC, in epoch ms, at a whole minute
 */
export function localInstants(local: number, zone: string): LocalInstants {
  // clocks change at most once within these two days
  const [before, after] = [offsetMs(local - dayMs, zone), offsetMs(local + dayMs, zone)];
  const shown = [...new Set([local - before, local - after])]
    .filter((at) => offsetMs(at, zone) === local - at)
    .toSorted((one, other) => one - other);
  if (shown.length > 0) return { shown, resumes: null };
  return { shown, resumes: changeBetween(local - after, local - before, zone) };
}

/** The first minute at which the offset is that of `to`. */
function changeBetween(from: number, to: number, zone: string): number {
  const wanted = offsetMs(to, zone);
  let [low, high] = [Math.floor(from / minuteMs), Math.ceil(to / minuteMs)];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (offsetMs(middle * minuteMs, zone) === wanted) high = middle;
    else low = middle + 1;
  }
  return low * minuteMs;
}

/** A local time as if it were UTC: `2026-03-29T02:30:00` → epoch ms. */
export const localMs = (at: number, zone: string): number => Date.parse(`${localTime(at, zone)}Z`);
