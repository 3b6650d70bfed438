import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { AudioRequest } from '../../../contracts/audio.ts';
import { analyzeRequest, masterRequest } from '../../../domain/audio/request.ts';
import type { AudioBench } from '../../../test/activities/audio/bench.ts';
import { wavOf } from '../../../test/activities/audio/wav.ts';
import { stereoSong } from '../../../test/domain/audio/songs.ts';
import type { Result } from '../../measure.ts';
import { cpuMs } from '../../process.ts';
import { figures, median } from '../../sample.ts';
import { runFresh } from './jobs.ts';

/** The song of the figures: 3 min of drums, bass and chords in two channels at 44.1 kHz and 16 bits. */
export const seconds = 180;
const audio_path = 'song.wav';

export async function putSong(bench: AudioBench): Promise<void> {
  const song = stereoSong({ tonic: 9, scale: 'minor', bpm: 120, drums: true, length: seconds });
  await bench.put(audio_path, wavOf(song, { rate: 44_100, bits: 16 }));
}

/** How many seconds of sound each kind of job does in one second of CPU; ffmpeg's own meter beside a quick analysis. */
export async function speeds(bench: AudioBench, samples: number): Promise<Result[]> {
  const wanted: [string, AudioRequest, number][] = [
    ['quick analysis', analyzeRequest({ audio_path, depth: 'quick' }), 40],
    ['full analysis', analyzeRequest({ audio_path, depth: 'full' }), 25],
    ['master', masterRequest({ audio_path, target: { lufs: -14, ceiling_dbtp: -1 } })!, 12],
  ];
  const results: Result[] = [];
  for (const [name, request, bar] of wanted) {
    const isQuick = request.depth === 'quick';
    const [ours, walls, meters]: [number[], number[], number[]] = [[], [], []];
    await runFresh(bench, request); // the first one also compiles
    for (let nth = 0; nth < samples; nth += 1) {
      const { cpu, wall } = await runFresh(bench, request);
      ours.push(seconds / cpu);
      walls.push(seconds / wall);
      if (isQuick) meters.push(seconds / meterCpu(join(bench.folders.files, audio_path)));
    }
    const [mine, plain] = [figures(ours), isQuick ? figures(meters) : null];
    results.push({
      name: `audio: ${name} of 3 min, × real time`,
      unit: '×',
      ours: mine,
      plain,
      ...(plain !== null && { ratio: mine.p50 / plain.p50 }),
      bar: `≥ ${bar} × on one CPU`,
      met: mine.p50 >= bar,
      n: samples,
      notes: [
        `by CPU seconds of shubniggurath and its programs; on the clock of this busy machine ${median(walls).toFixed(0)} ×`,
        ...(isQuick ? ["plain is ffmpeg's own meter alone: ebur128 with true peak"] : []),
      ],
    });
  }
  return results;
}

/** The CPU seconds of ffmpeg's own meter. */
function meterCpu(file: string): number {
  const before = cpuMs(process.pid);
  const args = ['-nostdin', '-threads', '1', '-filter_threads', '1', '-i', `file:${file}`];
  spawnSync('ffmpeg', [...args, '-af', 'ebur128=peak=true', '-f', 'null', '-']);
  return (cpuMs(process.pid) - before) / 1000;
}
