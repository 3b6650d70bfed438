import { list, type Loose } from '../../request/loose.ts';

/**
 * The answer of a target with its vectors as the caller asked for them: some servers know only one of the two ways, and
 * clients of OpenAI ask for base64 unless they are set to something else. In base64 a vector is little-endian floats of 4 bytes.
 */
export function vectorsAs(encoding: unknown, answer: Loose): Loose {
  const data = list(answer['data']).map((row) => {
    const vector = row['embedding'];
    if (encoding === 'base64' && Array.isArray(vector))
      return { ...row, embedding: encoded(vector as number[]) };
    if (encoding !== 'base64' && typeof vector === 'string')
      return { ...row, embedding: decoded(vector) };
    return row;
  });
  return { ...answer, data };
}

function encoded(vector: readonly number[]): string {
  const bytes = Buffer.alloc(4 * vector.length);
  vector.forEach((value, at) => bytes.writeFloatLE(value, 4 * at));
  return bytes.toString('base64');
}

function decoded(text: string): number[] {
  const bytes = Buffer.from(text, 'base64');
  return Array.from({ length: Math.floor(bytes.length / 4) }, (_, at) => bytes.readFloatLE(4 * at));
}
