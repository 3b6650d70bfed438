import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { AudioChainLink } from '../../../contracts/audio-report.ts';
import { judge } from '../../../domain/audio/judge.ts';
import { toRate } from '../../../domain/audio/filters.ts';
import { chainFilters } from '../../../domain/audio/mastering/effects.ts';
import { planChain } from '../../../domain/audio/mastering/plan-chain.ts';
import type { Metered } from '../../../domain/audio/measure/meter-lines.ts';
import { presetOf } from '../../../domain/audio/presets.ts';
import { onceInJob } from '../kept.ts';
import { meterOf } from '../meter.ts';
import type { PhaseWork } from '../work.ts';
import { describe } from './describe.ts';
import { measure } from './measure.ts';
import { probe, withInput } from './probe.ts';
import { writeAudio } from './write-audio.ts';

/** Samples that nothing of the chain can cut off. */
const floats = ['-c:a', 'pcm_f32le', '-rf64', 'auto', '-f', 'wav'];

/** What the gain and the limiter of a master begin with: the file, or what effects and another rate made of it. */
export interface Prepared {
  chain: AudioChainLink[];
  rate: number;
  /** Null: the file itself, since nothing is done to it. */
  file: string | null;
  meter: Metered;
}

/** Plans what is done before gain and limiter, and does it, once for a job. */
export const prepareMaster = (work: PhaseWork): Promise<Prepared> =>
  onceInJob(join(work.folders.work(work.job_id), 'prepare.json'), async () => {
    const [file] = await probe(work);
    const [found] = await measure(work);
    const { measured } = found!;
    const rate = work.request.format.rate ?? file!.rate;
    const target = work.request.target!;
    const preset = work.request.preset === null ? null : presetOf(work.request.preset);
    const chain =
      preset === null
        ? []
        : planChain({ measured, issues: judge(measured, await describe(work)), preset, target });
    if (chain.length === 0 && rate === file!.rate)
      return { chain, rate, file: null, meter: measured.meter };
    const filters = [...chainFilters(chain), ...toRate(file!.rate, rate)];
    const name = join(work.folders.work(work.job_id), 'prepared.wav');
    const { seconds } = measured.source;
    await withInput(work, file!, (input) =>
      writeAudio(work.engine, {
        inputs: [input],
        graph: `[0:a:0]${['aformat=sample_fmts=dbl', ...filters].join(',')}[out]`,
        as: floats,
        file: name,
        seconds,
        signal: work.signal,
        progress: (part) => work.progress(part / 4),
      }),
    );
    const { channels } = file!;
    const dual_mono = work.request.dual_mono && channels === 1;
    const meter = await meterWritten(work, name, { rate, channels, seconds, dual_mono });
    return { chain, rate, file: name, meter };
  });

/** Measures a file that was written here, so that its peaks are proved. */
export async function meterWritten(
  { engine, signal }: PhaseWork,
  path: string,
  about: { rate: number; channels: number; seconds: number; dual_mono: boolean },
  progress?: (part: number) => void,
): Promise<Metered> {
  const handle = await open(path, 'r');
  const input = { fd: handle.fd, decoder: null };
  try {
    return await meterOf(engine, {
      ...about,
      input,
      proof: true,
      signal,
      ...(progress !== undefined && { progress }),
    });
  } finally {
    await handle.close();
  }
}
