import type { Shares } from './shares.ts';

/** Memory that has to stay available, in bytes, and how much better it has to be before the load goes on. */
const reserve = { bytes: 512 * 1024 ** 2, better: 0.05, stalled: 0.1 };

/**
 * Whether a host has too little memory for a load.
 * @param bound the most of its memory that may be in use, a share of 1
 * @param wasShort it takes more to go on than to stop, so that the load does not flutter
 */
export function isShort(
  { memory_available, memory_total, memory_stalled }: Shares,
  bound: number,
  wasShort: boolean,
): boolean {
  const least = Math.max((1 - bound) * memory_total, reserve.bytes);
  const enough = least + (wasShort ? reserve.better * memory_total : 0);
  const stalled = reserve.stalled - (wasShort ? reserve.better : 0);
  return memory_available < enough || (memory_stalled ?? 0) > stalled;
}
