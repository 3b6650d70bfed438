import type { ModelFormat, ModelHeader } from '../../contracts/model-files.ts';
import { ggufHeader } from './gguf.ts';
import { isOnnx } from './onnx.ts';

/** How much of the beginning of a file is enough for its header, in bytes. */
export const headBytes = 1024 * 1024;

/**
 * Reads what the beginning of a model file says. It proves the form of the file, not that it is whole.
 * @param head the first bytes of the file, at most `headBytes`
 * @param size of the whole file, in bytes
 * @returns null if it is no file of that format
 */
export function readHeader(format: ModelFormat, head: Buffer, size: number): ModelHeader | null {
  try {
    if (format === 'gguf') return ggufHeader(head);
    const isOne = format === 'onnx' ? isOnnx(head, size) : isSafetensors(head, size);
    return isOne ? { format, architecture: null, context_length: null } : null;
  } catch (error) {
    // a number or a text reaches beyond the file
    if (error instanceof RangeError || error instanceof SyntaxError) return null;
    throw error;
  }
}

/** A length of 8 bytes, JSON of that length, then the tensors. https://huggingface.co/docs/safetensors */
function isSafetensors(head: Buffer, size: number): boolean {
  const length = Number(head.readBigUInt64LE(0));
  if (length < 2 || length > 100 * 1024 * 1024 || 8 + length > size || head[8] !== 0x7b)
    return false;
  if (8 + length > head.length) return true;
  const tensors = JSON.parse(head.toString('utf8', 8, 8 + length)) as Record<
    string,
    { data_offsets?: [number, number] } | undefined
  >;
  const end = Math.max(0, ...Object.values(tensors).map((one) => one?.data_offsets?.[1] ?? 0));
  return 8 + length + end === size;
}
