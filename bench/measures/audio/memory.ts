import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { AudioBench } from '../../../test/activities/audio/bench.ts';
import type { Result } from '../../measure.ts';
import { descendants, shareOf } from '../../process.ts';

const bars = { mb: 300, times: 1.1 };

/** The memory of a full analysis of two hours and of 3 min, of a process and all that it runs. */
export async function memory(bench: AudioBench, hours: number): Promise<Result> {
  const long = join(bench.folders.files, 'long.flac');
  const loops = Math.round(hours * 20) - 1;
  const song = join(bench.folders.files, 'song.wav');
  const looped = ['-v', 'error', '-stream_loop', String(loops), '-i', song];
  execFileSync('ffmpeg', [...looped, '-compression_level', '0', long]);
  const short = await peakOf(bench, 'song.wav');
  const whole = await peakOf(bench, 'long.flac');
  const one = (value: number) => ({ p50: value, p95: value, n: 1 });
  return {
    name: `audio: memory for a file of ${hours} h`,
    unit: 'MB',
    ours: one(whole),
    plain: one(short),
    ratio: whole / short,
    bar: `< ${bars.mb} MB, ≤ ${bars.times} × that of 3 min`,
    met: whole < bars.mb && whole <= bars.times * short,
    n: 1,
    notes: ['proportional set size of the process and its programs at its highest; plain is 3 min'],
  };
}

/** The highest memory of a process that analyzes a file, with its programs, in MB. */
async function peakOf(bench: AudioBench, name: string): Promise<number> {
  const script = join(import.meta.dirname, 'analyze-in-child.ts');
  const files = [bench.folders.files, name];
  const flags = ['--max-semi-space-size=4'];
  const child = spawn(process.execPath, [...flags, script, ...files], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  let most = 0;
  const timer = setInterval(() => {
    most = Math.max(most, memoryOf(child.pid!));
  }, 250);
  const [code] = (await once(child, 'exit')) as [number | null];
  clearInterval(timer);
  if (code !== 0) throw new Error(`the analysis of ${name} ended with ${code}`);
  return most;
}

function memoryOf(pid: number): number {
  try {
    const all = [pid, ...descendants(pid)];
    return all.reduce((sum, one) => sum + pssOf(one), 0);
  } catch {
    return 0; // it ends just now
  }
}

function pssOf(pid: number): number {
  try {
    return shareOf(pid).pss || 0;
  } catch {
    return 0;
  }
}
