import type { Writable } from 'node:stream';
import type { AudioTempo } from '../../contracts/audio-report.ts';
import { energyRate, tempoOf } from '../../domain/audio/tempo.ts';
import { runProgram, type Engine } from './engine.ts';
import type { Input } from './ffmpeg.ts';
import { readSamples } from './samples.ts';

/** The rate that `bpm` reads. */
const rate = 44_100;
/** One octave of tempi: in which one the beat is, our own look at the sound decides. */
const octave = ['-m', '75', '-x', '150'];

interface Wanted {
  input: Input;
  /** How much of it, in seconds; null for all. */
  first: number | null;
  signal: AbortSignal;
  /** Gets how many seconds of it were heard. */
  progress?(seconds: number): void;
}

/** Asks `bpm` for the tempo of a file, and looks whether it is one. Null where the program is missing. */
export async function findTempo(
  engine: Engine,
  { input, first, signal, progress }: Wanted,
): Promise<AudioTempo | null> {
  if (engine.tools['bpm'] === undefined) return null;
  const size = rate / energyRate;
  const energies: number[] = [];
  let [energy, n] = [0, 0];
  const feed = async (stdin: Writable): Promise<void> => {
    await readSamples(engine, {
      input,
      channels: 1,
      mono: { rate },
      ...(first !== null && { first }),
      signal,
      progress: (samples) => progress?.(samples / rate),
      take(block) {
        for (let at = 0; at < block.length;) {
          const end = Math.min(block.length, at + size - n);
          let sum = 0;
          n += end - at;
          for (; at < end; at += 1) sum += block[at]! * block[at]!;
          energy += sum;
          if (n < size) continue;
          energies.push(energy / size);
          [energy, n] = [0, 0];
        }
        return written(stdin, block);
      },
    });
  };
  const run = await runProgram(engine, 'bpm', { args: octave, signal, feed });
  return tempoOf(run.stdout, Float32Array.from(energies));
}

/** Writes samples to a program; resolves when it may get more, also where it reads no further. */
export const written = (stdin: Writable, block: Float32Array): Promise<void> =>
  new Promise((resolve) => {
    const bytes = new Uint8Array(block.buffer, block.byteOffset, block.byteLength);
    stdin.write(bytes, () => resolve());
  });
