import { randomUUID } from 'node:crypto';
import type { Writable } from 'node:stream';
import { fileSha256 } from '../../platform/files/file-hash.ts';
import { onPath } from '../../platform/on-path.ts';
import { runLimited, type LimitedRun } from '../../platform/run-limited.ts';
import { AudioFailure } from './failure.ts';

/** The programs that do the signal processing, and their versions. */
export interface Engine {
  /** Name → version of each program that is here. */
  tools: Record<string, string>;
  /** Where programs are looked for. */
  path: string;
  /** How many threads each run of ffmpeg may use. */
  threads: number;
}

/** The programs, and the Debian package of each. */
export const programs = {
  ffmpeg: 'ffmpeg',
  ffprobe: 'ffmpeg',
  bpm: 'bpm-tools',
  sox: 'sox',
} as const;
export type Program = keyof typeof programs;

/** Without these nothing works; without the others parts of a report are null. */
export const needed: readonly Program[] = ['ffmpeg', 'ffprobe'];
const mark = 'VX11_AUDIO_RUN';
const askMs = 10_000;
const mostErrorBytes = 4 * 1024 * 1024;
/** A run that takes longer hangs: ten times what two hours of sound take. */
const longestMs = 3_600_000;
const killed = 137;

interface ProgramRun {
  args: readonly string[];
  signal: AbortSignal;
  /** Open files that it gets as 3, 4 …. */
  files?: readonly number[];
  feed?: (stdin: Writable) => Promise<void>;
  onStdout?: (part: Buffer) => Promise<void> | void;
}

const envOf = (path: string): Record<string, string> => ({
  PATH: path,
  LC_ALL: 'C',
  AV_LOG_FORCE_NOCOLOR: '1',
  [mark]: randomUUID(),
});

/** Finds the programs. */
export async function findEngine(path: string): Promise<Engine> {
  const never = new AbortController().signal;
  const tools: Record<string, string> = {};
  for (const program of Object.keys(programs) as Program[]) {
    const args = { bpm: '-h', sox: '--version', ffmpeg: '-version', ffprobe: '-version' }[program];
    const run = await runLimited(program, {
      args: [args],
      cwd: '/',
      env: envOf(path),
      mark,
      ms: askMs,
      maxBytes: 64 * 1024,
      signal: never,
    });
    if (run.end === 'not_started') continue;
    tools[program] =
      /(?:version |SoX v)(\S+)/.exec(run.stdout)?.[1] ?? (await buildOf(program, path));
  }
  return { tools, path, threads: 1 };
}

/** A program that prints no version, as `bpm`, is known by what its file holds: another build may find something else. */
async function buildOf(program: Program, path: string): Promise<string> {
  const file = onPath(program, { PATH: path });
  const hash = file === undefined ? null : await fileSha256(file).catch(() => null);
  return hash === null ? 'unknown' : `build-${hash.slice(0, 12)}`;
}

/** The programs that are missing without which nothing works. */
export const missingPrograms = ({ tools }: Engine): Program[] =>
  needed.filter((program) => tools[program] === undefined);

/** How to get them. */
export const howToInstall = (missing: readonly Program[]): string =>
  `apt-get install -y ${[...new Set(missing.map((one) => programs[one]))].join(' ')}`;

/**
 * Runs one of the programs.
 * @throws AudioFailure `engine_missing`, `out_of_memory`; the signal's reason when it was stopped
 */
export async function runProgram(
  engine: Engine,
  program: Program,
  { args, signal, ...rest }: ProgramRun,
): Promise<LimitedRun> {
  if (engine.tools[program] === undefined) {
    const how = howToInstall([program]);
    throw new AudioFailure(
      'engine_missing',
      `${program} is missing. Build the image with it: npm run image -- audio; or on this machine: ${how}`,
    );
  }
  const run = await runLimited(program, {
    args,
    cwd: '/',
    env: envOf(engine.path),
    mark,
    ms: longestMs,
    maxBytes: mostErrorBytes,
    signal,
    ...rest,
  });
  signal.throwIfAborted();
  if (run.code === killed || (run.code === null && run.end === 'exited'))
    throw new AudioFailure(
      'out_of_memory',
      `${program} was killed, most likely for its memory. Raise mem_limit of shubniggurath.`,
    );
  return run;
}
