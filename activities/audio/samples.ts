import type { Engine } from './engine.ts';
import { runFfmpeg, type Input } from './ffmpeg.ts';

/** How the samples of a file are wanted; by default as they are. */
interface Wanted {
  input: Input;
  /** Interleaved channels of a whole sample. */
  channels: number;
  /** Another rate, in one channel. */
  mono?: { rate: number };
  /** Only so much of it, in seconds. */
  first?: number;
  signal: AbortSignal;
  /** Gets how many samples of each channel there were so far. */
  progress?(samples: number): void;
  /** Takes whole samples of every channel, which it may change; decoding waits while a promise is open. */
  take(block: Float32Array): Promise<void> | void;
}

/** What ffmpeg says for each part of a file that it cannot decode. */
const complaint = /Error while decoding|Error submitting|corrupt decoded frame/g;

/**
 * Decodes a file as 32-bit floats, piece by piece: memory stays flat over its length.
 * @returns how many parts of it could not be decoded
 */
export async function readSamples(engine: Engine, wanted: Wanted): Promise<number> {
  const { input, channels, mono, first, signal, progress, take } = wanted;
  const bytes = 4 * (mono === undefined ? channels : 1);
  let samples = 0;
  let rest = Buffer.alloc(0);
  const as = mono === undefined ? [] : ['-ac', '1', '-ar', String(mono.rate)];
  const length = first === undefined ? [] : ['-t', String(first)];
  const said = await runFfmpeg(engine, {
    inputs: [input],
    args: ['-map', '0:a:0', ...length, ...as, '-c:a', 'pcm_f32le', '-f', 'f32le', 'pipe:1'],
    signal,
    onStdout(part) {
      const all = rest.length === 0 ? part : Buffer.concat([rest, part]);
      const whole = all.length - (all.length % bytes);
      rest = Buffer.from(all.subarray(whole));
      if (whole === 0) return undefined;
      samples += whole / bytes;
      progress?.(samples);
      // floats need an offset that is a multiple of four; what was read belongs to nobody else
      const own = all.byteOffset % 4 === 0 ? all : new Uint8Array(all.subarray(0, whole));
      return take(new Float32Array(own.buffer, own.byteOffset, whole / 4));
    },
  });
  return said.match(complaint)?.length ?? 0;
}
