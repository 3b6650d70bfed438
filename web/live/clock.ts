import { useSyncExternalStore } from 'react';
import { createCell, useCell } from '../base/cell.ts';

/** One comparison of the two clocks: the server's time at a moment of this page's own monotonic clock. */
interface Sample {
  /** Server epoch ms minus `performance.now()`. */
  base: number;
  /** The length of the exchange, in ms: half of it is the largest error. */
  rtt: number;
  /** `performance.now()` when it was taken. */
  at: number;
}

/** Older samples are dropped, because clocks drift. */
const keepMs = 10 * 60_000;
/** A difference between this browser's wall clock and the server's that is worth a note. */
export const skewNoteMs = 30_000;
/** The wall clock and the monotonic clock part by more than this only after a sleep or a change of the clock. */
const jumpMs = 1000;

/** The best of the recent samples: the one with the shortest exchange. */
export const bestOf = (samples: readonly Sample[], now: number): Sample | null =>
  samples
    .filter(({ at }) => now - at <= keepMs)
    .reduce<Sample | null>((best, one) => (best === null || one.rtt < best.rtt ? one : best), null);

/** Takes the server's time as that of the middle of the exchange. */
export const sampleOf = (serverTime: number, sent: number, received: number): Sample => ({
  base: serverTime - (sent + received) / 2,
  rtt: received - sent,
  at: received,
});

let samples: Sample[] = [];
let wallMinusMono = Date.now() - performance.now();
const base = createCell<number | null>(null);
const skew = createCell(0);

export function learnTime(serverTime: string, sent: number, received: number): void {
  const time = Date.parse(serverTime);
  if (Number.isNaN(time)) return;
  forgetIfJumped();
  samples = [...samples, sampleOf(time, sent, received)].slice(-20);
  const best = bestOf(samples, received);
  base.set(best?.base ?? null);
  if (best !== null) skew.set(Math.round(Date.now() - (performance.now() + best.base)));
}

/** Forgets every sample after a sleep of the machine or a change of its clock. @returns whether it did */
export function forgetIfJumped(): boolean {
  const now = Date.now() - performance.now();
  const jumped = Math.abs(now - wallMinusMono) > jumpMs;
  wallMinusMono = now;
  if (jumped) forgetTime();
  return jumped;
}

/** Until the next sample, nobody knows the server's time. */
export function forgetTime(): void {
  samples = [];
  base.set(null);
  onForgotten();
}

let onForgotten = (): void => undefined;
/** Sets what asks for the server's time again when it has been forgotten. */
export const askAgainBy = (ask: () => void): void => void (onForgotten = ask);

/** The best sample is old enough for a new one. */
const freshMs = 5 * 60_000;
export const wantsSample = (): boolean =>
  !samples.some(({ at }) => performance.now() - at < freshMs);

/** The server's time in epoch ms; null while it is unknown. */
export const serverNow = (): number | null => {
  const from = base.get();
  return from === null ? null : performance.now() + from;
};

/** How far this browser's clock is ahead of the server's, in ms. */
export const useSkew = (): number => useCell(skew);

const listeners = new Set<() => void>();
let shown: number | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;

function tick(): void {
  forgetIfJumped();
  const now = serverNow();
  shown = now === null ? null : Math.floor(now / 1000) * 1000;
  for (const listener of listeners) listener();
  schedule();
}

/** One timer for the page, at each full second of the server. */
function schedule(): void {
  clearTimeout(timer);
  if (listeners.size === 0 || document.visibilityState === 'hidden') return;
  const now = serverNow();
  timer = setTimeout(tick, now === null ? 1000 : 1000 - (now % 1000) + 2);
}

function follow(listener: () => void): () => void {
  listeners.add(listener);
  if (listeners.size === 1) tickSoon();
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) clearTimeout(timer);
  };
}

const tickSoon = (): void => {
  clearTimeout(timer);
  timer = setTimeout(tick, 0);
};

base.subscribe(tickSoon);
if (typeof document !== 'undefined') document.addEventListener('visibilitychange', tickSoon);

const current = (): number | null => {
  if (shown !== null) return shown;
  const now = serverNow();
  shown = now === null ? null : Math.floor(now / 1000) * 1000;
  return shown;
};

/** The server's time in epoch ms, to the second; null while it is unknown. */
export const useNow = (): number | null => useSyncExternalStore(follow, current);
