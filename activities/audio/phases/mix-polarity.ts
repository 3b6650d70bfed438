import { polarityOf, polarityRate, type PolarityNote } from '../../../domain/audio/mix/polarity.ts';
import type { ProbedFile } from '../probed-file.ts';
import { readSamples } from '../samples.ts';
import type { PhaseWork } from '../work.ts';
import { withInput } from './probe.ts';

/** How much of each track is compared, in seconds. */
const first = 120;

/** Looks for tracks that weaken each other in the low band. */
export async function listenForPolarity(
  work: PhaseWork,
  files: readonly ProbedFile[],
): Promise<PolarityNote[]> {
  const tracks = [];
  for (const [nth, file] of files.entries()) {
    const low = new Float32Array(first * polarityRate);
    let length = 0;
    await withInput(work, file, (input) =>
      readSamples(work.engine, {
        input,
        channels: 1,
        mono: { rate: polarityRate },
        first,
        signal: work.signal,
        take(block) {
          const part = block.subarray(0, low.length - length);
          low.set(part, length);
          length += part.length;
        },
      }),
    );
    tracks.push({ name: file.audio_path, low: low.subarray(0, length) });
    work.progress((0.2 * (nth + 1)) / files.length);
  }
  return polarityOf(tracks);
}
