import { AudioFailure } from './failure.ts';
import { runProgram, type Engine } from './engine.ts';

const formats = 'wav,w64,aiff,flac,mp3,ogg,mov,matroska,caf,aac,ape,wv';

/** What ffmpeg may read, and nothing of it over a network: scripts and playlists are refused. */
const safely = ['-protocol_whitelist', 'file,pipe', '-format_whitelist', formats];

/** An open file as ffmpeg reads it. */
export interface Input {
  /** The open descriptor: its name may mean another file by now. */
  fd: number;
  /** The decoder, where ffmpeg's own choice is wrong. */
  decoder: string | null;
}

/** The arguments of the inputs, in their order. */
export const inputArgs = (inputs: readonly Input[]): string[] =>
  inputs.flatMap(({ decoder }, nth) => [
    ...safely,
    ...(decoder === null ? [] : ['-c:a', decoder]),
    '-i',
    `file:/proc/self/fd/${3 + nth}`,
  ]);

/** Makes the same bytes on every machine with the same version. */
export const sameBytes = ['-fflags', '+bitexact', '-flags:a', '+bitexact'];

export interface FfmpegRun {
  inputs: readonly Input[];
  /** What comes behind the inputs. */
  args: readonly string[];
  signal: AbortSignal;
  onStdout?: (part: Buffer) => Promise<void> | void;
}

/**
 * Runs ffmpeg on as many threads as the engine may use. @returns what it said
 * @throws AudioFailure `not_audio` if it cannot read an input, and those of `runProgram`
 */
export async function runFfmpeg(
  engine: Engine,
  { inputs, args, signal, onStdout }: FfmpegRun,
): Promise<string> {
  const threads = ['-threads', '-filter_threads', '-filter_complex_threads'].flatMap((name) => [
    name,
    String(engine.threads),
  ]);
  const run = await runProgram(engine, 'ffmpeg', {
    args: ['-nostdin', '-hide_banner', '-nostats', ...threads, ...inputArgs(inputs), ...args],
    signal,
    files: inputs.map(({ fd }) => fd),
    ...(onStdout !== undefined && { onStdout }),
  });
  if (run.code === 0) return run.stderr;
  const said = run.stderr.split('\n').filter(Boolean).slice(-3).join(' · ').slice(0, 300);
  if (/No space left/.test(run.stderr))
    throw new AudioFailure('disk_full', 'The disk of the audio is full. Make room, try again.');
  const isInput =
    /Invalid data|could not find|Output file #0 does not contain|matches no streams|not in whitelist|Invalid sample rate|Could not find codec/i;
  if (isInput.test(run.stderr))
    throw new AudioFailure('not_audio', `It cannot be read as audio: ${said}`);
  throw new AudioFailure('engine_failed', `ffmpeg failed (${run.end} ${run.code}): ${said}`);
}

/** Calls `take` with each whole line of what is printed. */
export function lines(take: (line: string) => void): (part: Buffer) => void {
  let rest = '';
  return (part) => {
    const whole = (rest + part.toString('latin1')).split('\n');
    rest = whole.pop() ?? '';
    for (const line of whole) take(line);
  };
}

/** Reads `-progress pipe:1`. @param seconds the length of the whole */
export const progressLines = (
  seconds: number,
  say: (part: number) => void,
): ((part: Buffer) => void) =>
  lines((line) => {
    const us = /^out_time_us=(\d+)/.exec(line)?.[1];
    if (us !== undefined && seconds > 0) say(Math.min(1, Number(us) / 1e6 / seconds));
  });
