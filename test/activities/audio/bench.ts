import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AudioReport } from '../../../contracts/audio-report.ts';
import type { AudioPhase, AudioRequest } from '../../../contracts/audio.ts';
import { newId } from '../../../contracts/ids.ts';
import { phasesOf } from '../../../domain/audio/job.ts';
import { audioFolders } from '../../../platform/audio-folder.ts';
import { AudioFailure } from '../../../activities/audio/failure.ts';
import { findEngine, missingPrograms, type Engine } from '../../../activities/audio/engine.ts';
import type { AudioOutcome } from '../../../activities/audio/audio-activities.ts';
import { runPhase } from '../../../activities/audio/run-phase.ts';

export const engine: Engine = await findEngine(process.env['PATH'] ?? '');
/** Tests that need the programs are left out where they are not. */
export const hasEngine = missingPrograms(engine).length === 0;

export interface JobOutcome {
  report: AudioReport | null;
  artifacts: string[];
  /** Reads what the job left. */
  artifact(path: string): Promise<Buffer>;
}

/** A folder of audio in which jobs run without Temporal. */
export interface AudioBench {
  folders: ReturnType<typeof audioFolders>;
  put(name: string, content: Buffer): Promise<void>;
  run(
    request: AudioRequest,
    how?: { job_id?: string; signal?: AbortSignal; budgetMs?: number },
  ): Promise<JobOutcome>;
  phase(request: AudioRequest, phase: AudioPhase, job_id: string): Promise<unknown>;
  /** What is left in the folder of work. */
  left(): Promise<string[]>;
  remove(): Promise<void>;
}

/** @param threads how many each program may use */
export async function startAudioBench(threads = 1): Promise<AudioBench> {
  const home = await mkdtemp(join(tmpdir(), 'vx11-audio-'));
  const folders = audioFolders(home);
  for (const folder of [folders.files, folders.works, folders.jobs, folders.cache])
    await mkdir(folder, { recursive: true });
  const workOf = (
    request: AudioRequest,
    job_id: string,
    // a busy machine must not change what is found
    { signal, budgetMs = Infinity }: { signal?: AbortSignal; budgetMs?: number } = {},
  ) => ({
    job_id,
    request,
    folders,
    engine: { ...engine, threads },
    budgetMs,
    signal: signal ?? new AbortController().signal,
    progress: () => undefined,
  });
  return {
    folders,
    put: (name, content) => writeFile(join(folders.files, name), content),
    async run(request, { job_id = newId('audio'), ...how } = {}) {
      let outcome: AudioOutcome = { report: null, artifacts: [] };
      for (const phase of phasesOf(request))
        outcome = (await runPhase(workOf(request, job_id, how), phase)) ?? outcome;
      return {
        ...outcome,
        artifact: (path) => readFile(join(folders.job(job_id), path)),
      };
    },
    phase: (request, phase, job_id) => runPhase(workOf(request, job_id), phase),
    left: () => readdir(folders.works),
    remove: () => rm(home, { recursive: true, force: true }),
  };
}

/** Does a piece of work for each of a list, two at a time, since ffmpeg has one thread. In the order of the list. */
export async function inPairs<T, R>(
  list: readonly T[],
  use: (one: T, nth: number) => Promise<R>,
): Promise<R[]> {
  const found: R[] = [];
  for (let at = 0; at < list.length; at += 2)
    found.push(
      ...(await Promise.all(list.slice(at, at + 2).map((one, next) => use(one, at + next)))),
    );
  return found;
}

/** The samples of a WAV or FLAC file, interleaved. */
export function decoded(file: Buffer): Float32Array {
  const args = ['-v', 'error', '-i', 'pipe:0', '-c:a', 'pcm_f32le', '-f', 'f32le', 'pipe:1'];
  const out = execFileSync('ffmpeg', args, { input: file, maxBuffer: 1e9 });
  return new Float32Array(new Uint8Array(out).buffer);
}

/** The reason of a job that fails. */
export const failing = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: unknown) =>
      error instanceof AudioFailure ? error.reason : `no reason: ${(error as Error).message}`,
  );
