/** Longest piece of output in one row of the store, in bytes. */
export const chunkBytes = 64 * 1024;
/** What of a stream is kept, in bytes: all of it up to 1 MiB, else its beginning and its end, each and a piece. */
export const keptOfStream = { whole: 1024 * 1024, head: 448 * 1024, tail: 448 * 1024 } as const;

/** Which pieces of a stream, given in order, may be let go: those neither in its first nor in its last part. */
export function droppable(
  pieces: readonly { seq: number; size: number }[],
  kept: { whole: number; head: number; tail: number } = keptOfStream,
): number[] {
  let before = 0;
  let after = pieces.reduce((sum, { size }) => sum + size, 0);
  if (after <= kept.whole) return [];
  const free: number[] = [];
  for (const { seq, size } of pieces) {
    after -= size;
    if (before >= kept.head && after >= kept.tail) free.push(seq);
    else before += size;
  }
  return free;
}

/** A stream as a result shows it. */
export interface ShownOutput {
  text: string;
  truncated: boolean;
  dropped: number;
}

/**
 * Puts the kept pieces of one stream together, each at its place in bytes; a line says what is missing between them.
 * What is no UTF-8 is shown as replacement characters.
 */
export function showOutput(pieces: readonly { start: number; bytes: Uint8Array }[]): ShownOutput {
  const decoder = new TextDecoder('utf-8');
  const parts: string[] = [];
  let dropped = 0;
  let at = 0;
  for (const { start, bytes } of pieces) {
    if (start > at) {
      parts.push(decoder.decode(), `\n[… ${start - at} bytes dropped …]\n`);
      dropped += start - at;
    }
    parts.push(decoder.decode(bytes, { stream: true }));
    at = start + bytes.length;
  }
  parts.push(decoder.decode());
  return { text: parts.join(''), truncated: dropped > 0, dropped };
}
