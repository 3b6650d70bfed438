import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Rendered } from '../../../activities/audio/phases/rendered.ts';
import type { AudioMastered } from '../../../contracts/audio-report.ts';
import type { WholeTarget } from '../../../contracts/audio.ts';
import { newId } from '../../../contracts/ids.ts';
import { masterRequest } from '../../../domain/audio/request.ts';
import { decoded, inPairs, type AudioBench } from '../../activities/audio/bench.ts';
import { ffmpegMeter } from '../../activities/audio/ffmpeg-meter.ts';
import { wavOf } from '../../activities/audio/wav.ts';
import { hostileSignal } from './hostile-signals.ts';
import { truePeakAt8 } from './true-peak.ts';

export const hostileCount = 200;
/** Seconds: long enough for the gate of 400 ms and every release, and most of what a job takes is the start of programs. */
const length = 2;
const mostReduction = 12;

/** A master of a hostile signal, and what meters say of its file that are not the one of the report. dBTP. */
export interface HostileMaster {
  about: string;
  master: Omit<AudioMastered, 'preset'>;
  /** As many as the signal has, of both channels. */
  isWhole: boolean;
  byInterpolation: number;
  byFfmpeg: number;
  /** Whether its peaks were lowered as far as they may be: it is then allowed to miss its loudness. */
  isCapped: boolean;
}

/** Every second ten are louder than services play, so that there is much to limit. */
const targetOf = (seed: number): WholeTarget => ({
  lufs: Math.floor(seed / 10) % 2 === 0 ? -14 : -9,
  ceiling_dbtp: -1,
  max_gain_reduction_db: mostReduction,
});

/** Masters several of the signals. */
export const mastersOf = (bench: AudioBench, seeds: readonly number[]): Promise<HostileMaster[]> =>
  inPairs(seeds, (seed) => masterHostile(bench, seed));

/** Masters one of the signals by the phases that write it, without the description and the pictures of a whole job. */
async function masterHostile(bench: AudioBench, seed: number): Promise<HostileMaster> {
  const { name, rate, channels } = hostileSignal(seed, length);
  const audio_path = `${seed}.wav`;
  await bench.put(audio_path, wavOf(channels, { rate, float: true }));
  const request = masterRequest({ audio_path, target: targetOf(seed) })!;
  const job_id = newId('audio');
  for (const phase of ['probe', 'measure', 'render'] as const)
    await bench.phase(request, phase, job_id);
  const work = bench.folders.work(job_id);
  const { master } = JSON.parse(await readFile(join(work, 'render.json'), 'utf8')) as Rendered;
  const file = join(work, 'out/master.wav');
  const samples = decoded(await readFile(file));
  const found = {
    about: `seed ${seed}, ${name} at ${rate} Hz`,
    master: master!,
    isWhole: samples.length === 2 * length * rate,
    byInterpolation: truePeakAt8(samples, 2),
    byFfmpeg: ffmpegMeter(file).true_peak,
    isCapped: master!.reduction_db >= mostReduction - 0.01,
  };
  await rm(work, { recursive: true });
  await rm(join(bench.folders.files, audio_path));
  return found;
}
