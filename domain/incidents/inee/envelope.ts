/** How far the clock of a colony may differ from ours, in ms. */
const skewMs = 300_000;

/** How long a nonce is remembered, in ms: longer than an envelope is fresh, from both ends of the skew. */
export const nonceMs = 900_000;

/** The longest body, in bytes. */
export const longestEnvelope = 64 * 1024;

/** What identifies an envelope. None of these can contain a line break. */
export interface EnvelopeHead {
  colony: string;
  key_id: string;
  /** Seconds since 1970, in decimal digits. */
  timestamp: string;
  /** 16 bytes in hex. */
  nonce: string;
}

/**
 * The text that a colony signs with HMAC-SHA256.
 * @param bodySha256 SHA-256 of the body's bytes, in hex
 */
export const canonicalText = (head: EnvelopeHead, bodySha256: string): string =>
  ['v1', head.colony, head.key_id, head.timestamp, head.nonce, bodySha256].join('\n');

/** Whether an envelope was signed within 300 s of `now` (epoch ms). */
export const isFresh = (timestamp: string, now: number): boolean =>
  Math.abs(now - Number(timestamp) * 1000) <= skewMs;
