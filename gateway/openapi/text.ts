import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, brotliDecompress, constants, gzip } from 'node:zlib';

/** The stored codings of a text; an answer without coding is decompressed each time. */
export type Coding = 'br' | 'gzip' | 'identity';

/** A text that is stored compressed. */
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

/** The best coding that a caller accepts (RFC 9110, 12.5.3); none if it accepts none of ours, or sends no header. */
export function codingFor(accept: string | undefined): Coding {
  const weights = new Map<string, number>();
  for (const part of (accept ?? '').split(',')) {
    const [name = '', ...params] = part
      .trim()
      .toLowerCase()
      .split(/\s*;\s*/);
    const weight = params.find((param) => param.startsWith('q='));
    weights.set(name, weight === undefined ? 1 : Number(weight.slice(2)));
  }
  const weightOf = (name: string): number => weights.get(name) ?? weights.get('*') ?? 0;
  const [br, gz] = [weightOf('br'), weightOf('gzip')];
  if (br > 0 && br >= gz) return 'br';
  return gz > 0 ? 'gzip' : 'identity';
}

/** Whether the caller already has this version (RFC 9110, 13.1.2). */
export const isKnown = (ifNoneMatch: string | undefined, etag: string): boolean =>
  (ifNoneMatch ?? '')
    .split(',')
    .map((tag) => tag.trim().replace(/^W\//, ''))
    .some((tag) => tag === '*' || tag === etag);
