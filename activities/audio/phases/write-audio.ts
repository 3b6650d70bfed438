import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Engine } from '../engine.ts';
import { progressLines, runFfmpeg, sameBytes, type Input } from '../ffmpeg.ts';

interface Wanted {
  inputs: readonly Input[];
  /** A graph whose result is `[out]`. */
  graph: string;
  /** Codec, container and length. */
  as: readonly string[];
  file: string;
  seconds: number;
  signal: AbortSignal;
  progress(part: number): void;
}

/** Old loudness tags would be wrong in a new file. */
const noLoudnessTags = [
  'REPLAYGAIN_TRACK_GAIN',
  'REPLAYGAIN_TRACK_PEAK',
  'REPLAYGAIN_ALBUM_GAIN',
  'REPLAYGAIN_ALBUM_PEAK',
  'R128_TRACK_GAIN',
  'R128_ALBUM_GAIN',
].flatMap((tag) => ['-metadata', `${tag}=`]);

/** Writes a file of sound, whole or not at all; its title and artist are those of the first input. */
export async function writeAudio(engine: Engine, wanted: Wanted): Promise<void> {
  const { inputs, graph, as, file, seconds, signal, progress } = wanted;
  const part = `${file}.part`;
  await mkdir(dirname(file), { recursive: true });
  try {
    await runFfmpeg(engine, {
      inputs,
      args: [
        '-filter_complex',
        graph,
        '-map',
        '[out]',
        '-map_metadata',
        '0',
        ...noLoudnessTags,
        ...sameBytes,
        '-progress',
        'pipe:1',
        '-stats_period',
        '0.5',
        '-y',
        ...as,
        `file:${part}`,
      ],
      signal,
      onStdout: progressLines(seconds, progress),
    });
    await rename(part, file);
  } finally {
    await rm(part, { force: true });
  }
}
