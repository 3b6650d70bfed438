import {
  readWavHeader,
  type WavHeader,
  type WavProblem,
} from '../../../domain/audio/wav-header.ts';
import { interleaved } from '../../domain/audio/signals.ts';

interface WavKind {
  rate?: number;
  bits?: 16 | 24 | 32;
  float?: boolean;
  /** 24 valid bits in 32, as interfaces write it: the extensible form. */
  padded?: boolean;
}

/** A WAV file of these channels. */
export function wavOf(
  channels: Float32Array[],
  { rate = 48_000, bits = 24, float = false, padded = false }: WavKind = {},
): Buffer {
  const samples = interleaved(...channels);
  const bytes = (padded || float ? 32 : bits) / 8;
  const data = Buffer.alloc(samples.length * bytes);
  for (const [at, one] of samples.entries()) {
    if (float) data.writeFloatLE(one, at * bytes);
    else if (padded) data.writeInt32LE(clamp(one, 24) * 256, at * bytes);
    else if (bits === 32) data.writeInt32LE(clamp(one, 32), at * bytes);
    else data.writeIntLE(clamp(one, bits), at * bytes, bytes);
  }
  const format = Buffer.alloc(padded ? 40 : 16);
  format.writeUInt16LE(padded ? 0xfffe : float ? 3 : 1, 0);
  format.writeUInt16LE(channels.length, 2);
  format.writeUInt32LE(rate, 4);
  format.writeUInt32LE(rate * channels.length * bytes, 8);
  format.writeUInt16LE(channels.length * bytes, 12);
  format.writeUInt16LE(bytes * 8, 14);
  if (padded) {
    format.writeUInt16LE(22, 16);
    format.writeUInt16LE(24, 18);
    format.writeUInt32LE(channels.length === 1 ? 4 : 3, 20);
    format.write('0100000000001000800000aa00389b71', 24, 'hex');
  }
  return riff([
    ['fmt ', format],
    ['data', data],
  ]);
}

const clamp = (value: number, bits: number): number => {
  const full = 2 ** (bits - 1);
  return Math.max(-full, Math.min(full - 1, Math.round(value * full)));
};

/** A file of these parts. */
export function riff(parts: [string, Buffer][], form = 'RIFF'): Buffer {
  const bodies = parts.map(([name, body]) => {
    const head = Buffer.alloc(8);
    head.write(name, 0, 'latin1');
    head.writeUInt32LE(body.length, 4);
    return Buffer.concat([head, body, Buffer.alloc(body.length % 2)]);
  });
  const whole = Buffer.concat([Buffer.from('WAVE'), ...bodies]);
  const head = Buffer.alloc(8);
  head.write(form, 0, 'latin1');
  head.writeUInt32LE(form === 'RIFF' ? whole.length : 0xffffffff, 4);
  return Buffer.concat([head, whole]);
}

/** The header of a file that is in memory, and how many of its bytes were looked at. */
export function headerOf(file: Buffer): {
  header: WavHeader | WavProblem | null;
  bytes: number;
} {
  const reading = readWavHeader();
  let [step, bytes] = [reading.next(), 0];
  while (step.done !== true) {
    const { at, length } = step.value;
    const part = file.subarray(at, at + length);
    bytes += part.length;
    step = reading.next(part);
  }
  return { header: step.value, bytes };
}
