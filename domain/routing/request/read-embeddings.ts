import type { ChatFacts } from './read-chat.ts';
import { utf8Length } from './utf8.ts';
import type { Loose } from './loose.ts';

/** A token as bytes, where the caller sends tokens: as many as the estimate of costs divides by. */
const bytesPerToken = 4;

/** The inputs of a request for embeddings: one text, several, one row of tokens, or several. */
export function inputsOf(input: unknown): (string | number[])[] {
  if (typeof input === 'string') return [input];
  if (!Array.isArray(input)) return [];
  return typeof input[0] === 'number' ? [input as number[]] : (input as (string | number[])[]);
}

/** Reads a request for embeddings. Each input must fit a context by itself. */
export function readEmbeddings(body: Loose): ChatFacts {
  const inputs = inputsOf(body['input']);
  const sizes = inputs.map((one) =>
    typeof one === 'string' ? utf8Length(one) : one.length * bytesPerToken,
  );
  const bytes_in = sizes.reduce((sum, size) => sum + size, 0);
  const longest = sizes.reduce((most, size) => Math.max(most, size), 0);
  return {
    bytes_in,
    largest_part: bytes_in === 0 ? 1 : longest / bytes_in,
    extra_tokens: 0,
    max_output: 1,
    choices: 1,
    needs: ['embed'],
    thinks: false,
    texts: [],
    opening: '',
    has_pictures: false,
    has_audio: false,
    uses_tools: false,
    families: null,
  };
}
