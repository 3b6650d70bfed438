/** The largest chunk of output in one row of the store, in bytes. */
export const chunkBytes = 64 * 1024;
/**
 * The part of a stream that is kept, in bytes: all of it up to 1 MiB, otherwise its beginning and its end, each rounded up
 * to whole chunks.
 */
export const keptOfStream = { whole: 1024 * 1024, head: 448 * 1024, tail: 448 * 1024 } as const;

/** The chunks of a stream, given in order, that may be dropped: those in neither its beginning nor its end. */
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

/** A stream as shown in a task's result. */
export interface ShownOutput {
  text: string;
  truncated: boolean;
  dropped: number;
}

/**
 * Joins the kept chunks of a stream by their byte offsets; a line of text marks each gap. Invalid UTF-8 becomes U+FFFD.
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
