import { join } from 'node:path';
import { chromaRate, createChroma } from '../../../domain/audio/key/chroma.ts';
import { humOf } from '../../../domain/audio/hum.ts';
import { keyOf } from '../../../domain/audio/key/key.ts';
import type { Described } from '../../../domain/audio/measure/measured.ts';
import { budgetLeft, within } from '../budget.ts';
import type { Input } from '../ffmpeg.ts';
import { onceInJob, remembered } from '../kept.ts';
import { readSamples } from '../samples.ts';
import { findTempo } from '../tempo.ts';
import type { PhaseWork } from '../work.ts';
import { measure } from './measure.ts';
import { probe, withInput } from './probe.ts';
import { drawSpectrogram } from './spectrogram.ts';

/** How much of a file is listened to for its tempo, in seconds; a deep analysis takes all of it. */
const tempoSeconds = 240;

/**
 * Finds tempo, key and hum of the one file of a job, and draws its spectrogram, as far as the budget of its depth goes. Null
 * where only the quick part was asked for.
 */
export async function describe(work: PhaseWork): Promise<Described | null> {
  if (work.request.depth === 'quick') return null;
  return onceInJob(join(work.folders.work(work.job_id), 'describe.json'), async () => {
    const [file] = await probe(work);
    const [found] = await measure(work);
    const [began, { took_ms, source }] = [performance.now(), found!.measured];
    const left = (): number => budgetLeft(work, took_ms + performance.now() - began);
    const { sha256, decoder } = file!;
    const { depth } = work.request;
    const key = ['describe 5', depth, sha256, decoder, work.engine.tools];
    const described = await remembered(
      work.folders.cache,
      key,
      () =>
        withInput(work, file!, async (input): Promise<Described> => {
          const heard =
            (from: number, length: number) =>
            (at: number): void =>
              work.progress(from + 0.35 * Math.min(1, at / length));
          const notes = await within(work.signal, left(), (until) =>
            notesOf(work, input, until, heard(0, source.seconds)),
          );
          work.progress(0.35);
          const first = depth === 'deep' ? null : tempoSeconds;
          const tempo = await within(work.signal, left(), async (until) => ({
            found: await findTempo(work.engine, {
              input,
              first,
              signal: until,
              progress: heard(0.35, Math.min(first ?? Infinity, source.seconds)),
            }),
          }));
          work.progress(0.7);
          return {
            tempo: tempo?.found ?? null,
            key: notes?.key ?? null,
            hum: notes?.hum ?? null,
            unfinished: [
              ...(notes === null ? (['notes'] as const) : []),
              ...(tempo === null ? (['tempo'] as const) : []),
            ],
          };
        }),
      ({ unfinished }) => unfinished.length === 0,
    );
    const drawn = await within(work.signal, left(), async (until) => {
      await drawSpectrogram(work, file!, source.seconds, until);
      return true;
    });
    if (drawn !== null) return described;
    return { ...described, unfinished: [...described.unfinished, 'pictures'] };
  });
}

async function notesOf(
  { engine }: PhaseWork,
  input: Input,
  signal: AbortSignal,
  heard: (seconds: number) => void,
): Promise<Pick<Described, 'key' | 'hum'>> {
  const chroma = createChroma();
  await readSamples(engine, {
    input,
    channels: 1,
    mono: { rate: chromaRate },
    signal,
    progress: (samples) => heard(samples / chromaRate),
    take: (block) => chroma.add(block),
  });
  const notes = chroma.end();
  const hz = chromaRate / (2 * notes.mean.length);
  return { key: keyOf(notes), hum: humOf(notes.mean, hz) };
}
