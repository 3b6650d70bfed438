import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, brotliDecompress, constants, gzip } from 'node:zlib';
import type { Coding } from '../http/negotiate.ts';

/** A text that is stored compressed; an answer without coding is decompressed each time. */
export interface CompressedText {
  /** A strong ETag, different for each coding. */
  etag(coding: Coding): string;
  bytes(coding: Coding): Promise<Buffer>;
}

const [toBrotli, toGzip, fromBrotli] = [
  promisify(brotliCompress),
  promisify(gzip),
  promisify(brotliDecompress),
];

export async function compressText(text: string): Promise<CompressedText> {
  const plain = Buffer.from(text);
  const hash = createHash('sha256').update(plain).digest('base64url').slice(0, 22);
  const params = {
    [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
    [constants.BROTLI_PARAM_SIZE_HINT]: plain.length,
  };
  const [br, gz] = await Promise.all([toBrotli(plain, { params }), toGzip(plain, { level: 9 })]);
  return {
    etag: (coding) => `"${hash}-${coding}"`,
    bytes: async (coding) => (coding === 'br' ? br : coding === 'gzip' ? gz : await fromBrotli(br)),
  };
}
