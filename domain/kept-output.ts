/** What a result keeps of a stream. Bytes may be anything: a reader shows them escaped or replaced. */
export interface KeptOutput {
  head: Uint8Array;
  /** Follows `head` directly when nothing was dropped between them. */
  tail: Uint8Array;
  /** Bytes between head and tail that are not kept here. */
  dropped: number;
  /** Bytes that came in all. */
  bytes: number;
}

/** How much of a stream a result keeps: half from its beginning, half from its end. */
export const keptBytes = 2 ** 20;

/** Collects a stream of any length in a fixed amount of memory (twice `keptBytes` at most). */
export interface OutputKeeper {
  push(bytes: Uint8Array): void;
  kept(): KeptOutput;
}

export function createOutputKeeper(limit: number = keptBytes): OutputKeeper {
  const half = Math.floor(limit / 2);
  const head: Uint8Array[] = [];
  let tail: Uint8Array[] = [];
  let bytes = 0;
  let headBytes = 0;
  let tailBytes = 0;
  return {
    push(chunk) {
      bytes += chunk.length;
      const toHead = chunk.subarray(0, half - headBytes);
      if (toHead.length > 0) {
        head.push(new Uint8Array(toHead));
        headBytes += toHead.length;
      }
      const toTail = chunk.subarray(toHead.length);
      if (toTail.length === 0) return;
      tail.push(new Uint8Array(toTail));
      tailBytes += toTail.length;
      // joined now and then, so that a million single bytes are no million pieces
      if (tailBytes < half * 2 && tail.length < 1024) return;
      tail = [joined(tail).slice(-half)];
      tailBytes = tail[0]!.length;
    },
    kept() {
      const end = joined(tail).slice(-half);
      return { head: joined(head), tail: end, dropped: bytes - headBytes - end.length, bytes };
    },
  };
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
