import type { ModelHeader } from '../../contracts/model-files.ts';

/** Bytes of a value by its type; 8 is a text and 9 an array. https://github.com/ggml-org/ggml/blob/master/docs/gguf.md */
const widths: Record<number, number> = {
  0: 1,
  1: 1,
  2: 2,
  3: 2,
  4: 4,
  5: 4,
  6: 4,
  7: 1,
  10: 8,
  11: 8,
  12: 8,
};
const mostPairs = 10_000;
const mostTensors = 1_000_000;

/**
 * Reads architecture and context length of a GGUF file. Pairs beyond the end of `head`, such as a long list of tokens, are
 * left out.
 * @throws RangeError if the file ends before its counts
 */
export function ggufHeader(head: Buffer): ModelHeader | null {
  const version = head.readUInt32LE(4);
  if (head.toString('latin1', 0, 4) !== 'GGUF' || (version !== 2 && version !== 3)) return null;
  const tensors = head.readBigUInt64LE(8);
  const pairs = head.readBigUInt64LE(16);
  if (tensors < 1n || tensors > mostTensors || pairs < 1n || pairs > mostPairs) return null;
  const known = readPairs(head, Number(pairs));
  const architecture = known.get('general.architecture');
  if (typeof architecture !== 'string' || !/^[\w.-]{1,64}$/.test(architecture)) return null;
  const context = known.get(`${architecture}.context_length`);
  const isCount = typeof context === 'number' && Number.isSafeInteger(context);
  return { format: 'gguf', architecture, context_length: isCount ? context : null };
}

function readPairs(head: Buffer, count: number): Map<string, string | number | null> {
  const found = new Map<string, string | number | null>();
  let at = 24;
  const text = (): string => {
    const length = Number(head.readBigUInt64LE(at));
    if (length > head.length - at - 8) throw new RangeError('it ends in a text');
    at += 8 + length;
    return head.toString('utf8', at - length, at);
  };
  const skip = (bytes: number): void => {
    if (bytes > head.length - at) throw new RangeError('it ends in a value');
    at += bytes;
  };
  const value = (type: number): string | number | null => {
    if (type === 8) return text();
    if (type === 9) {
      const inner = head.readUInt32LE(at);
      const length = Number(head.readBigUInt64LE(at + 4));
      at += 12;
      const width = widths[inner];
      if (width !== undefined) skip(width * length);
      else if (inner === 8) for (let nth = 0; nth < length; nth += 1) text();
      else throw new RangeError('a list of lists');
      return null;
    }
    const width = widths[type];
    if (width === undefined) throw new RangeError('a type that is not known');
    const from = at;
    skip(width);
    if (type === 4) return head.readUInt32LE(from);
    return type === 10 ? Number(head.readBigUInt64LE(from)) : null;
  };
  try {
    for (let nth = 0; nth < count; nth += 1) {
      const key = text();
      const type = head.readUInt32LE(at);
      at += 4;
      found.set(key, value(type));
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return found;
}
