import { open } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { createCounter } from '../../../domain/audio/counting/counter.ts';
import { summaryOf, type Summary } from '../../../domain/audio/counting/summary.ts';
import { columnsOf } from '../../../domain/audio/counting/waveform.ts';
import { channelWeights } from '../../../domain/audio/loudness/k-weighting.ts';
import type { Measured } from '../../../domain/audio/measure/measured.ts';
import type { Metered } from '../../../domain/audio/measure/meter-lines.ts';
import { budgetLeft, within } from '../budget.ts';
import type { Input } from '../ffmpeg.ts';
import { onceInJob, remembered } from '../kept.ts';
import { meterOf } from '../meter.ts';
import { probeFile, type ProbedFile } from '../probed-file.ts';
import { readSamples } from '../samples.ts';
import type { PhaseWork } from '../work.ts';
import { probe, withInput } from './probe.ts';

/** What was measured of a file, and the columns of its waveform. */
export interface MeasuredFile {
  measured: Measured;
  columns: { low: number; high: number }[];
}

/** Opens a file for as long as `use` takes. */
type Opened = <T>(use: (input: Input) => Promise<T>) => Promise<T>;

const mostColumns = 1200;
/** Counting takes about so much of the time of a measurement. */
const counting = 0.4;

/** Measures all files of a job; what is known of the same bytes is not measured again. */
export const measure = (work: PhaseWork): Promise<MeasuredFile[]> =>
  onceInJob(join(work.folders.work(work.job_id), 'measure.json'), async () => {
    const files = await probe(work);
    const found: MeasuredFile[] = [];
    for (const [nth, file] of files.entries()) {
      const say = (part: number): void => work.progress((nth + part) / files.length);
      const { dual_mono } = work.request;
      const { sha256, decoder } = file;
      const key = ['measure 3', sha256, decoder, dual_mono, work.engine.tools];
      const opened: Opened = (use) => withInput(work, file, use);
      const find = (): Promise<MeasuredFile> => measureFile(work, file, opened, say);
      const isWhole = ({ measured }: MeasuredFile): boolean => !measured.unmetered;
      const one = await remembered(work.folders.cache, key, find, isWhole);
      const { audio_path } = file;
      const source = { ...one.measured.source, audio_path };
      const wanted_rate = work.request.sample_rate ?? null;
      const facts = { ...one.measured.facts, wrong_name: file.wrong_name, wanted_rate };
      found.push({ ...one, measured: { ...one.measured, source, facts } });
    }
    return found;
  });

/** Measures a file that the job itself wrote, as if it had been uploaded. */
export async function measureWritten(
  work: PhaseWork,
  path: string,
  say: (part: number) => void,
): Promise<MeasuredFile> {
  const handle = await open(path, 'r');
  try {
    const about = { audio_path: basename(path), handle, identity: await handle.stat() };
    const file = await probeFile(work.engine, about, work.signal);
    return await measureFile(work, file, (use) => use({ fd: handle.fd, decoder: null }), say);
  } finally {
    await handle.close();
  }
}

function measureFile(
  work: PhaseWork,
  file: ProbedFile,
  opened: Opened,
  say: (part: number) => void,
): Promise<MeasuredFile> {
  const { engine, signal, request } = work;
  const { rate, channels, seconds } = file;
  const dual_mono = request.dual_mono && channels === 1;
  const began = performance.now();
  return opened(async (input) => {
    const counter = createCounter(
      rate,
      channels,
      channelWeights(file.layout, channels, request.dual_mono),
    );
    let samples = 0;
    const decode_errors = await readSamples(engine, {
      input,
      channels,
      signal,
      take: (block) => counter.add(block),
      progress(now) {
        samples = now;
        if (seconds > 0) say(counting * Math.min(1, samples / rate / seconds));
      },
    });
    const counted = counter.end();
    const summary = summaryOf(counted);
    const left = budgetLeft(work, performance.now() - began);
    const metered = await within(signal, left, (until) =>
      meterOf(engine, {
        input,
        rate,
        channels,
        seconds: samples / rate,
        dual_mono,
        signal: until,
        progress: (part) => say(counting + (1 - counting) * part),
      }),
    );
    const { audio_path, sha256, container, codec, bits, layout, layout_guessed } = file;
    const { missing_bytes, trailing_bytes, wrong_name } = file;
    const size_bytes = file.identity.size;
    const is = { audio_path, sha256, size_bytes, container, codec, rate, bits, channels };
    return {
      measured: {
        source: { ...is, layout, layout_guessed, seconds: samples / rate },
        facts: { missing_bytes, trailing_bytes, decode_errors, wrong_name, wanted_rate: null },
        meter: meterWith(metered, summary),
        counted: summary,
        dual_mono,
        took_ms: Math.round(performance.now() - began),
        unmetered: metered === null,
      },
      columns: columnsOf(counted.waveform, mostColumns),
    };
  });
}

/** Moments are counted here, since ffmpeg looks too rarely for them; all the rest is ffmpeg's, if there was time for it. */
function meterWith(metered: Metered | null, { loudness, channels }: Summary): Metered {
  const { integrated, momentary_max, short_term_max } = loudness;
  const none = { range: null, true_peak: null, true_peaks: channels.map(() => null) };
  return { ...(metered ?? { integrated, ...none }), momentary_max, short_term_max };
}
