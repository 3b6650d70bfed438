/** What was sent to one account in the last minute, by the second. Of bounded size, whatever is sent. */
export interface Minute {
  /** Epoch seconds of the last entry of both lists, which go back a minute from there. */
  second: number;
  requests: readonly number[];
  tokens: readonly number[];
}

/** Limits per minute; undefined where there is none. */
export interface MinuteLimits {
  rpm?: number | undefined;
  tpm?: number | undefined;
}

const length = 60;
const nothing = Array.from({ length }, () => 0);
export const quietMinute: Minute = { second: 0, requests: nothing, tokens: nothing };

const secondOf = (now: number): number => Math.floor(now / 1000);

/** The minute that ends at `now`; what is older is forgotten. */
function movedTo(minute: Minute, now: number): Minute {
  const second = Math.max(minute.second, secondOf(now));
  const passed = Math.min(length, second - minute.second);
  if (passed === 0) return minute;
  const move = (counts: readonly number[]) => [
    ...counts.slice(passed),
    ...nothing.slice(0, passed),
  ];
  return { second, requests: move(minute.requests), tokens: move(minute.tokens) };
}

/** The minute after so much was sent at `at`, or taken back with negative numbers. */
export function sentIn(minute: Minute, at: number, requests: number, tokens: number): Minute {
  const moved = movedTo(minute, at);
  const place = length - 1 - (moved.second - secondOf(at));
  if (place < 0) return moved;
  const add = (counts: readonly number[], more: number) =>
    counts.map((count, index) => (index === place ? Math.max(0, count + more) : count));
  return { ...moved, requests: add(moved.requests, requests), tokens: add(moved.tokens, tokens) };
}

/**
 * When a request of so many tokens is within limits per minute: `now` if it is already, and null if it is longer than the
 * limit and never will be.
 */
export function freeFrom(
  minute: Minute,
  { rpm, tpm }: MinuteLimits,
  tokens: number,
  now: number,
): number | null {
  if (tpm !== undefined && tokens > tpm) return null;
  const moved = movedTo(minute, now);
  return Math.max(
    freeSecond(moved, moved.requests, rpm === undefined ? Infinity : rpm - 1, now),
    freeSecond(moved, moved.tokens, tpm === undefined ? Infinity : tpm - tokens, now),
  );
}

/** When the sum of the last minute is at most `most`, if nothing is added. */
function freeSecond(
  { second }: Minute,
  counts: readonly number[],
  most: number,
  now: number,
): number {
  let sum = counts.reduce((all, count) => all + count, 0);
  if (sum <= most) return now;
  for (let at = 0; at < length; at += 1) {
    sum -= counts[at]!;
    // what is counted at this place is a minute old at the end of its second
    if (sum <= most) return (second - (length - 1 - at) + length) * 1000;
  }
  return now;
}
