import { execFileSync } from 'node:child_process';

/** What ffmpeg's own meter says of a file, beside ours: LUFS, LU and dBTP. */
export interface FfmpegMeter {
  integrated: number;
  range: number;
  momentary_max: number;
  short_term_max: number;
  /** Of a linear value of three digits. */
  true_peak: number;
}

/** Runs ffmpeg's meter on a file, and reads its own words. */
export function ffmpegMeter(file: string): FfmpegMeter {
  const graph = 'ebur128=metadata=1:peak=true,ametadata=print:file=-';
  const args = ['-v', 'error', '-i', file, '-af', graph, '-f', 'null', '-'];
  const said = execFileSync('ffmpeg', args, { encoding: 'utf8', maxBuffer: 1e8 });
  const all = (key: string): number[] =>
    [...said.matchAll(new RegExp(`r128\\.${key}=(\\S+)`, 'g'))].map(([, value]) => Number(value));
  const most = (key: string): number => Math.max(...all(key).filter(Number.isFinite));
  return {
    integrated: all('I').at(-1)!,
    range: all('LRA').at(-1)!,
    momentary_max: most('M'),
    short_term_max: most('S'),
    true_peak: 20 * Math.log10(most('true_peaks_ch\\d+')),
  };
}
