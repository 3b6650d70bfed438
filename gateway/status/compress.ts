import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { Coding } from '../http/negotiate.ts';

const brotliOptions = {
  params: {
    [constants.BROTLI_PARAM_QUALITY]: 4, // as fast as gzip
    [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
  },
};

/** Compresses a text that is sent once, quickly rather than well. */
export function compress(text: string, coding: Coding): string | Buffer {
  if (coding === 'identity') return text;
  return coding === 'br' ? brotliCompressSync(text, brotliOptions) : gzipSync(text, { level: 1 });
}
