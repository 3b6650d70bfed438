import { rm } from 'node:fs/promises';
import type { AudioRequest } from '../../../contracts/audio.ts';
import {
  hasEngine,
  startAudioBench,
  type AudioBench,
  type JobOutcome,
} from '../../../test/activities/audio/bench.ts';
import { cpuMs } from '../../process.ts';

/** Runs `use` with a folder of audio, in which jobs run without Temporal. */
export async function withAudio<T>(use: (bench: AudioBench) => Promise<T>): Promise<T> {
  if (!hasEngine) throw new Error('ffmpeg is missing: apt-get install -y ffmpeg sox bpm-tools');
  const bench = await startAudioBench();
  try {
    return await use(bench);
  } finally {
    await bench.remove();
  }
}

/** What a job took: CPU of this process and of the programs that it ran, and time on the clock. Seconds. */
export interface Took {
  cpu: number;
  wall: number;
  job: JobOutcome;
}

/** Runs a job that finds nothing of what was measured before. */
export async function runFresh(bench: AudioBench, request: AudioRequest): Promise<Took> {
  await rm(bench.folders.cache, { recursive: true, force: true });
  const [began, cpu] = [performance.now(), cpuMs(process.pid)];
  const job = await bench.run(request);
  return {
    cpu: (cpuMs(process.pid) - cpu) / 1000,
    wall: (performance.now() - began) / 1000,
    job,
  };
}
