import { describe, expect, test } from 'vitest';
import { headBytes, readHeader } from '../../../domain/models/header.ts';
import { ggufFile } from '../../activities/models/stand-in-hub.ts';

const length = (value: number): Buffer => {
  const buffer = Buffer.alloc(8);
  buffer.writeBigUInt64LE(BigInt(value));
  return buffer;
};
const safetensors = (header: object, data: number): Buffer => {
  const json = Buffer.from(JSON.stringify(header));
  return Buffer.concat([length(json.length), json, Buffer.alloc(data)]);
};
/** ir_version 8, producer "x", a graph of so many bytes. */
const onnx = (graph: number): Buffer =>
  Buffer.concat([Buffer.from([0x08, 8, 0x12, 1, 0x78, 0x3a, graph]), Buffer.alloc(graph)]);

describe('GGUF', () => {
  test('says architecture and context', () =>
    expect(
      readHeader('gguf', ggufFile(2000, { architecture: 'qwen2', context: 4096 }), 2000),
    ).toEqual({ format: 'gguf', architecture: 'qwen2', context_length: 4096 }));
  test('may have pairs beyond what is read', () => {
    const file = ggufFile(2000);
    expect(readHeader('gguf', file.subarray(0, 80), 2000)).toEqual({
      format: 'gguf',
      architecture: 'llama',
      context_length: null,
    });
  });
  test.each<[string, (file: Buffer) => unknown]>([
    ['another magic', (file) => file.write('GGML')],
    ['version 9', (file) => file.writeUInt32LE(9, 4)],
    ['no tensors', (file) => file.writeBigUInt64LE(0n, 8)],
    ['too many tensors', (file) => file.writeBigUInt64LE(2n ** 60n, 8)],
    ['too many pairs', (file) => file.writeBigUInt64LE(2n ** 60n, 16)],
    ['a key of 2 GB', (file) => file.writeBigUInt64LE(2n ** 31n, 24)],
  ])('is none with %s', (_, change) => {
    const file = ggufFile(2000);
    change(file);
    expect(readHeader('gguf', file, 2000)).toBeNull();
  });
});

describe('safetensors', () => {
  const header = { a: { dtype: 'F32', shape: [2], data_offsets: [0, 8] } };
  test('fits its tensors', () => {
    const file = safetensors(header, 8);
    expect(readHeader('safetensors', file, file.length)).toMatchObject({ format: 'safetensors' });
  });
  test('may have a header longer than what is read', () => {
    const head = Buffer.concat([length(5 * headBytes), Buffer.from('{"a"'), Buffer.alloc(100)]);
    expect(readHeader('safetensors', head, 9 * headBytes)).not.toBeNull();
    expect(readHeader('safetensors', head, 4 * headBytes)).toBeNull();
  });
  test.each([
    ['cut', safetensors(header, 7)],
    ['longer than its tensors', safetensors(header, 9)],
    ['no JSON', Buffer.concat([length(4), Buffer.from('{{{{')])],
    ['empty', Buffer.alloc(0)],
  ])('is none if it is %s', (_, file) =>
    expect(readHeader('safetensors', file, file.length)).toBeNull(),
  );
});

describe('ONNX', () => {
  test('has a graph that fits into the file', () => {
    const file = onnx(40);
    expect(readHeader('onnx', file, file.length)).toMatchObject({ format: 'onnx' });
    expect(readHeader('onnx', file, file.length - 1)).toBeNull();
  });
  test.each([
    ['text', Buffer.from('<!doctype html><html></html>')],
    ['a GGUF file', ggufFile(500)],
    ['zeros', Buffer.alloc(100)],
    ['a field that no model has', Buffer.from([0x78, 1])],
  ])('is not %s', (_, file) => expect(readHeader('onnx', file, file.length)).toBeNull());
});
