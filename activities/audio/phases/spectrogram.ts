import { copyFile, mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '../../../platform/hash.ts';
import { runProgram } from '../engine.ts';
import { AudioFailure, unlessFull } from '../failure.ts';
import type { ProbedFile } from '../probed-file.ts';
import { readSamples } from '../samples.ts';
import { written } from '../tempo.ts';
import type { PhaseWork } from '../work.ts';
import { withInput } from './probe.ts';

const rate = 44_100;
/** The picture without its axes. A height that is a power of two and one is the one for which sox needs no second transform. */
const [width, height] = [1000, 513];

const fileOf = ({ folders, engine, request }: PhaseWork, { sha256: hash }: ProbedFile): string => {
  const key = ['spectrogram 1', hash, request.depth, engine.tools];
  return join(folders.cache, `${sha256(JSON.stringify(key))}.png`);
};

/** Draws the spectrogram of a file into the cache, with memory that does not grow with its length. Nothing where sox is missing. */
export async function drawSpectrogram(
  work: PhaseWork,
  file: ProbedFile,
  seconds: number,
  signal: AbortSignal,
): Promise<void> {
  const { engine, folders, job_id } = work;
  if (engine.tools['sox'] === undefined || seconds <= 0) return;
  const target = fileOf(work, file);
  if ((await stat(target).catch(() => null)) !== null) return;
  const part = join(folders.work(job_id), 'spectrogram.part');
  await mkdir(folders.work(job_id), { recursive: true });
  const raw = ['-t', 'f32', '-r', String(rate), '-c', '1', '-'];
  const size = ['-x', String(width), '-y', String(height), '-d', seconds.toFixed(3)];
  const picture = ['spectrogram', ...size, '-z', '100', '-c', '', '-t', '', '-o', part];
  try {
    const run = await withInput(work, file, (input) =>
      runProgram(engine, 'sox', {
        args: ['-V1', ...raw, '-n', ...picture],
        signal,
        feed: async (stdin) => {
          await readSamples(engine, {
            input,
            channels: 1,
            mono: { rate },
            signal,
            take: (block) => written(stdin, block),
          });
        },
      }),
    );
    if (run.code !== 0)
      throw new AudioFailure('engine_failed', `sox failed: ${run.stderr.slice(0, 300)}`);
    await rename(part, target).catch(unlessFull);
  } finally {
    await rm(part, { force: true });
  }
}

/** Puts the drawn picture among what a job leaves, if there is one. */
export async function bringSpectrogram(
  work: PhaseWork,
  file: ProbedFile,
  out: string,
): Promise<void> {
  await copyFile(fileOf(work, file), join(out, 'spectrogram.png')).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') unlessFull(error);
  });
}
