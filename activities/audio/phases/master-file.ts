import { join } from 'node:path';
import type { AudioMastered } from '../../../contracts/audio-report.ts';
import type { WholeTarget } from '../../../contracts/audio.ts';
import { chainOf } from '../../../domain/audio/chain.ts';
import {
  codecOf,
  limiterSpeed,
  outputFilters,
  passFilters,
  trialFilters,
  type LimiterSpeed,
} from '../../../domain/audio/filters.ts';
import { nextTrial, type Trial } from '../../../domain/audio/mastering/first-gain.ts';
import { unreached } from '../../../domain/audio/mastering/unreached.ts';
import {
  firstPass,
  nextPass,
  reductionOf,
  type MasterLoop,
  type Pass,
} from '../../../domain/audio/master-loop.ts';
import type { Metered } from '../../../domain/audio/measure/meter-lines.ts';
import { fileSha256 } from '../../../platform/files/file-hash.ts';
import { AudioFailure } from '../failure.ts';
import type { Input } from '../ffmpeg.ts';
import { readKept, writeWhole } from '../kept.ts';
import { loudnessThrough } from '../meter.ts';
import type { PhaseWork } from '../work.ts';
import { meterWritten } from './prepare-master.ts';
import { outFolder, type Rendered } from './rendered.ts';
import { writeAudio } from './write-audio.ts';

interface Kept {
  first_gain: number | null;
  tried: (MasterLoop['tried'][number] & { range: number | null })[];
}

/** A signal that is brought to a target. */
export interface ToMaster {
  source: MasterLoop['source'];
  target: WholeTarget;
  rate: number;
  channels: number;
  seconds: number;
  /** The part of its energy below 120 Hz, in dB; null where nobody knows. */
  low: number | null;
  /** Opens it for as long as `use` takes. */
  open(use: (input: Input) => Promise<void>): Promise<void>;
}

export interface MasteredFile extends Pick<Rendered, 'chain' | 'issues'> {
  /** In `out`. */
  name: string;
  master: Omit<AudioMastered, 'preset'>;
}

/** Brings a signal to its target by what is measured on the written file: render, measure, correct, until it is there. */
export async function masterFile(work: PhaseWork, signal: ToMaster): Promise<MasteredFile> {
  const { source, target, rate, channels, seconds } = signal;
  const { dual_mono, format } = work.request;
  const speed = limiterSpeed(signal.low);
  const name = `master.${format.container}`;
  const out = join(outFolder(work), name);
  const notes = join(work.folders.work(work.job_id), 'passes.json');
  if (firstPass({ target, source }, null).limit !== null && channels > 2)
    throw new AudioFailure(
      'channels_unsupported',
      `With ${channels} channels only the gain can change, and this target would pass the ceiling. Ask for a lower one.`,
    );
  const loop: MasterLoop & Kept = {
    target,
    source,
    ...((await readKept<Kept>(notes)) ?? {
      first_gain: await findFirstGain(work, signal, speed),
      tried: [],
    }),
  };
  const write = (pass: Pass, trim: number): Promise<void> =>
    signal.open((input) => {
      const filters = passFilters(pass, rate, speed);
      const lower = trim === 0 ? [] : [`volume=${trim}dB:precision=double`];
      return writeAudio(work.engine, {
        inputs: [input],
        graph: `[0:a:0]${[...filters, ...lower, ...outputFilters(format)].join(',')}[out]`,
        as: codecOf(format),
        file: out,
        seconds,
        signal: work.signal,
        progress: (part) => say(part / 2),
      });
    });
  // how many passes there are is not known before: each takes half of what is left
  const say = (part: number): void => {
    const before = loop.tried.length;
    work.progress(1 - (1 - part / 2) * 0.5 ** before, before + 1);
  };
  const about = { rate, channels, seconds, dual_mono: dual_mono && channels === 1 };
  const meter = (): Promise<Metered> =>
    meterWritten(work, out, about, (part) => say(0.5 + part / 2));

  let next = nextPass(loop);
  let isWritten: Pass | null = null;
  let proved: Metered | null = null;
  while (next.do === 'render') {
    await write(next.pass, 0);
    isWritten = next.pass;
    proved = await meter();
    const written = { integrated: proved.integrated!, true_peak: proved.true_peak! };
    loop.tried.push({ pass: next.pass, written, range: proved.range });
    await writeWhole(notes, JSON.stringify({ first_gain: loop.first_gain, tried: loop.tried }));
    next = nextPass(loop);
  }
  // the best pass need not be the last one, and after a crash none may be there
  if (next.trim !== 0 || isWritten !== next.pass || proved === null) {
    await write(next.pass, next.trim);
    proved = await meter();
  }
  const missed = unreached(loop, { ...next, integrated: proved.integrated });
  return {
    name,
    chain: chainOf(next.pass, next.trim, { target, source, speed }),
    issues: missed === null ? [] : [missed],
    master: {
      target_lufs: target.lufs,
      ceiling_dbtp: target.ceiling_dbtp,
      integrated: proved.integrated,
      true_peak: proved.true_peak,
      range: proved.range,
      gain_db: next.pass.gain,
      limited: next.pass.limit !== null,
      reduction_db: reductionOf(loop, next.pass),
      trim_db: next.trim,
      passes: loop.tried.length,
      reached: missed === null,
      sha256: await fileSha256(out),
      format: { container: format.container, bits: format.bits, rate, channels },
    },
  };
}

/** Tries limiters that are quicker than a whole pass for the gain that it begins with. */
async function findFirstGain(
  work: PhaseWork,
  { source, target, rate, channels, open }: ToMaster,
  speed: LimiterSpeed,
): Promise<number> {
  const dual_mono = work.request.dual_mono && channels === 1;
  const trials: Trial[] = [];
  let next = nextTrial({ source, target }, trials);
  while (next.do === 'try') {
    const { gain } = next;
    const filters = trialFilters(next, rate, speed);
    await open(async (input) => {
      const heard = { input, dual_mono, signal: work.signal };
      trials.push({ gain, integrated: await loudnessThrough(work.engine, filters, heard) });
    });
    next = nextTrial({ source, target }, trials);
  }
  return next.gain;
}
