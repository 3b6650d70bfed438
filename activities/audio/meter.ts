import { createMeterLines, type Metered } from '../../domain/audio/measure/meter-lines.ts';
import { lines, runFfmpeg, type Input } from './ffmpeg.ts';
import type { Engine } from './engine.ts';

interface Signal {
  input: Input;
  rate: number;
  channels: number;
  /** For its progress. */
  seconds: number;
  dual_mono: boolean;
  /** Whether its peaks have to be proved, which takes longer. */
  proof?: boolean;
  signal: AbortSignal;
  progress?: (part: number) => void;
}

/**
 * The second meter of true peaks, beside ffmpeg's own, which is at 192 kHz whatever the rate. Meters differ in what they make
 * of the last of the spectrum: a short filter at four times the rate reads hard hits up to 0.5 dB lower than a steep one of 48
 * samples at eight times, which keeps everything up to half the rate. A ceiling is proved by the steep one.
 */
const betweenSamples = (rate: number, proof: boolean): string =>
  proof ? `aresample=${8 * rate}:filter_size=48:cutoff=1` : `aresample=${4 * rate}`;

const r128 = (dual_mono: boolean, peak: boolean): string =>
  `ebur128=metadata=1${peak ? ':peak=true' : ''}:framelog=verbose${dual_mono ? ':dualmono=true' : ''},ametadata=mode=print:file=-`;
const nowhere = ['-f', 'null', '-'];

/** Measures how loud a signal is behind filters, and nothing else. @returns LUFS; null where nothing is loud enough */
export async function loudnessThrough(
  engine: Engine,
  filters: readonly string[],
  { input, dual_mono, signal }: Pick<Signal, 'input' | 'dual_mono' | 'signal'>,
): Promise<number | null> {
  const read = createMeterLines();
  const graph = `[0:a:0]${[...filters, r128(dual_mono, false)].join(',')}[lo]`;
  const said = await runFfmpeg(engine, {
    inputs: [input],
    args: ['-filter_complex', graph, '-map', '[lo]', ...nowhere],
    signal,
    onStdout: lines((line) => read.add(line)),
  });
  return read.end(said, 0).integrated;
}

/** Measures loudness and true peak by two meters, of which the higher one counts. */
export async function meterOf(engine: Engine, what: Signal): Promise<Metered> {
  const { input, rate, channels, seconds, dual_mono, proof = false, signal, progress } = what;
  const read = createMeterLines();
  const graph =
    `[0:a:0]asplit=2[l][p];` +
    `[l]${r128(dual_mono, true)}[lo];` +
    `[p]${betweenSamples(rate, proof)},astats=measure_perchannel=Peak_level:measure_overall=Peak_level[po]`;
  const said = await runFfmpeg(engine, {
    inputs: [input],
    args: ['-filter_complex', graph, '-map', '[lo]', ...nowhere, '-map', '[po]', ...nowhere],
    signal,
    onStdout: lines((line) => {
      read.add(line);
      const time = /pts_time:(\S+)/.exec(line)?.[1];
      if (time !== undefined && seconds > 0) progress?.(Math.min(1, Number(time) / seconds));
    }),
  });
  return read.end(said, channels);
}
