import { describe, expect, test } from 'vitest';
import { decoderOf } from '../../../domain/audio/wav-header.ts';
import { headerOf, riff, wavOf } from '../../activities/audio/wav.ts';
import { sine } from './signals.ts';

const headOf = (file: Buffer) => headerOf(file).header;
const tone = sine(440, 0.5, 480);
const changed = (file: Buffer, at: number, bytes: number[]): Buffer => {
  const copy = Buffer.from(file);
  copy.set(bytes, at);
  return copy;
};

test('the format, the rate and the length are those of the file', () => {
  expect(headOf(wavOf([tone, tone], { bits: 16 }))).toEqual({
    format: 'pcm',
    channels: 2,
    rate: 48_000,
    bits: 16,
    valid_bits: 16,
    has_layout: true,
    data_at: 44,
    data_bytes: 1920,
  });
  expect(headOf(wavOf([tone], { float: true }))).toMatchObject({ format: 'float' });
});

test('24 bits in 32 need a decoder of their own, and nothing else does', () => {
  const padded = headOf(wavOf([tone], { padded: true }));
  expect(padded).toMatchObject({ bits: 32, valid_bits: 24 });
  const decoders = [padded, headOf(wavOf([tone], { bits: 32 })), headOf(wavOf([tone]))];
  expect(decoders.map((one) => decoderOf(one as never))).toEqual(['pcm_s32le', null, null]);
});

test('RF64 says its length elsewhere, and a length of 0 or all ones means the rest', () => {
  const plain = wavOf([tone]);
  const format = plain.subarray(20, 36);
  const long = Buffer.alloc(28);
  long.writeBigUInt64LE(1440n, 8);
  const data = changed(Buffer.alloc(1440), 0, []);
  const file = riff(
    [
      ['ds64', long],
      ['fmt ', Buffer.from(format)],
      ['data', data],
    ],
    'RF64',
  );
  const sizeAt = 12 + 8 + 28 + 8 + 16 + 4;
  const whole = changed(file, sizeAt, [255, 255, 255, 255]);
  expect(headOf(whole)).toMatchObject({ data_bytes: 1440 });
  for (const size of [
    [0, 0, 0, 0],
    [255, 255, 255, 255],
  ])
    expect(headOf(changed(plain, 40, size))).toMatchObject({ data_bytes: null });
});

describe('a header that no studio would write is a problem', () => {
  const plain = wavOf([tone]);
  test.each([
    ['no channel', changed(plain, 22, [0, 0]), '0 channels'],
    ['65535 channels', changed(plain, 22, [255, 255]), '65535 channels'],
    ['a rate of 0', changed(plain, 24, [0, 0, 0, 0]), '0 Hz'],
    ['a rate of 4.3 GHz', changed(plain, 24, [255, 255, 255, 255]), '4294967295 Hz'],
    ['3 bits a sample', changed(plain, 34, [3, 0]), '3 bits'],
    ['no samples', plain.subarray(0, 36), 'no samples'],
    ['samples before their format', riff([['data', Buffer.alloc(8)]]), 'before their format'],
    ['a format that is cut off', plain.subarray(0, 24), 'cut off'],
  ])('%s', (_, file, says) =>
    expect(headOf(file)).toMatchObject({ problem: expect.stringContaining(says) as string }),
  );
});

test('samples may begin anywhere: what is before them is skipped, and not read', () => {
  const plain = wavOf([tone]);
  const format = Buffer.from(plain.subarray(20, 36));
  const data = Buffer.from(plain.subarray(44));
  const big: [string, Buffer] = ['JUNK', Buffer.alloc(3 * 1024 * 1024 + 1)];
  const parts: [string, Buffer][] = [
    ['bext', Buffer.alloc(602)],
    ['fmt ', format],
    ['id3 ', Buffer.alloc(2 * 1024 * 1024)],
    ['data', data],
  ];
  const { header, bytes } = headerOf(riff([big, ...parts]));
  expect(header).toMatchObject({ channels: 1, rate: 48_000, data_bytes: data.length });
  expect((header as { data_at: number }).data_at).toBeGreaterThan(5 * 1024 * 1024);
  expect(bytes).toBeLessThan(500);
});

test('a header of endless parts, or of one that is longer than its file, has no samples', () => {
  const small: [string, Buffer][] = Array.from({ length: 5000 }, () => ['JUNK', Buffer.alloc(0)]);
  const { header, bytes } = headerOf(riff([...small, ['data', Buffer.alloc(8)]]));
  expect(header).toMatchObject({ problem: expect.stringContaining('1000 parts') as string });
  expect(bytes).toBeLessThan(50_000);
  const lying = changed(riff([['JUNK', Buffer.alloc(8)]]), 16, [255, 255, 255, 255]);
  expect(headOf(lying)).toMatchObject({ problem: 'it has no samples' });
});

test('what is no WAV file is nobody’s problem', () => {
  for (const file of ['', 'RIFF', 'PK\u0003\u0004 an archive', 'RIFF1234AVI LIST'])
    expect(headOf(Buffer.from(file))).toBeNull();
});
