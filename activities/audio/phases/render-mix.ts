import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { AudioChainLink } from '../../../contracts/audio-report.ts';
import { decibels } from '../../../domain/audio/counting/decibels.ts';
import { toRate } from '../../../domain/audio/filters.ts';
import { chainFilters } from '../../../domain/audio/mastering/effects.ts';
import { busCompressor, trackEffects } from '../../../domain/audio/mix/bus.ts';
import {
  fadersOf,
  headroomGain,
  panLaw,
  sidesOf,
  type Fader,
} from '../../../domain/audio/mix/faders.ts';
import type { Measured } from '../../../domain/audio/measure/measured.ts';
import { AudioFailure } from '../failure.ts';
import { openInput } from '../input-file.ts';
import type { ProbedFile } from '../probed-file.ts';
import { readSamples } from '../samples.ts';
import type { PhaseWork } from '../work.ts';
import { masterFile, type MasteredFile } from './master-file.ts';
import { measure, measureWritten } from './measure.ts';
import { listenForPolarity } from './mix-polarity.ts';
import { probe } from './probe.ts';
import { mayMaster } from './render-master.ts';
import { outFolder, type Rendered } from './rendered.ts';
import { writeAudio } from './write-audio.ts';

/** The container of a mix: 32-bit floats, so that a sum is exact and never cut off. */
const floats = ['-c:a', 'pcm_f32le', '-rf64', 'auto', '-f', 'wav'];

/** Mixes tracks by their faders into a file of two channels; everything that was decided is in `mix.json`. */
export async function renderMix(work: PhaseWork): Promise<Rendered> {
  const { unity, bus, inputs } = work.request;
  const files = await probe(work);
  const measured = (await measure(work)).map((one) => one.measured);
  if (files.some(({ channels }) => channels > 2))
    throw new AudioFailure('channels_unsupported', 'Tracks of a mix have one or two channels.');
  const stems = inputs.map((stem, nth) => {
    const { meter, counted } = measured[nth]!;
    const sounding = counted.loudness.short_term_median ?? meter.integrated;
    return { stem, channels: files[nth]!.channels, sounding };
  });
  const faders = fadersOf(stems, unity);
  const rate = Math.max(...files.map((file) => file.rate));
  const seconds = Math.max(...measured.map(({ source }) => source.seconds));
  const out = join(outFolder(work), 'mix.wav');
  const polarity = unity ? [] : await listenForPolarity(work, files);
  await withAll(work, (fds) =>
    writeAudio(work.engine, {
      inputs: fds.map((fd, nth) => ({ fd, decoder: files[nth]!.decoder })),
      graph: sumGraph(files, faders, { rate, unity }),
      as: floats,
      file: out,
      seconds,
      signal: work.signal,
      progress: (part) => work.progress(0.2 + part / 3),
    }),
  );
  let peak = await peakOf(work, out);
  const chain: AudioChainLink[] = bus && !unity && peak !== null ? [busCompressor(peak)] : [];
  if (chain.length > 0) {
    await again(work, { file: out, filters: chainFilters(chain), seconds });
    peak = await peakOf(work, out);
  }
  const master_gain_db = headroomGain(peak, unity);
  if (master_gain_db !== 0)
    await again(work, {
      file: out,
      filters: [`volume=${master_gain_db}dB:precision=double`],
      seconds,
    });
  const result = await measureWritten(work, out, (part) => work.progress(0.9 + part / 10));
  const mastered = await masterOf(work, { file: out, mix: result.measured });
  const notes = {
    rate,
    pan_law: panLaw,
    unity,
    faders,
    polarity,
    bus: chain,
    master_gain_db,
    master: mastered === null ? null : { ...mastered.master, chain: mastered.chain },
  };
  return {
    files: ['mix.wav', ...(mastered === null ? [] : [mastered.name])],
    master: mastered === null ? null : { ...mastered.master, preset: null },
    chain: mastered === null ? chain : [...chain, ...room(master_gain_db), ...mastered.chain],
    issues: mastered?.issues ?? [],
    measured: result,
    texts: { 'mix.json': `${JSON.stringify(notes, null, 2)}\n` },
  };
}

/** What gives a mix room before it is mastered. */
const room = (gain_db: number): AudioChainLink[] =>
  gain_db === 0
    ? []
    : [
        {
          effect: 'gain',
          settings: { gain_db },
          because: 'the peak of the mix is at -6 dBFS before it is mastered',
        },
      ];

/** Also masters the mix, where a target was given. */
async function masterOf(
  work: PhaseWork,
  { file, mix }: { file: string; mix: Measured },
): Promise<MasteredFile | null> {
  const { target } = work.request;
  if (target === null) return null;
  const { rate, channels, seconds } = mix.source;
  return masterFile(work, {
    rate,
    channels,
    seconds,
    source: mayMaster(seconds, mix.meter),
    target,
    low: mix.counted.spectrum.bands.low,
    open: async (use) => {
      const handle = await open(file, 'r');
      try {
        await use({ fd: handle.fd, decoder: null });
      } finally {
        await handle.close();
      }
    },
  });
}

/** Every track at one rate, through its high-pass, to both sides, and the exact sum of all. */
function sumGraph(
  files: readonly ProbedFile[],
  faders: readonly Fader[],
  { rate, unity }: { rate: number; unity: boolean },
): string {
  const branches = files.map((file, nth) => {
    const fader = faders[nth]!;
    const [left, right] = sidesOf(fader, file.channels, unity);
    const second = file.channels > 1 ? 'c1' : 'c0';
    const sides = `pan=stereo|c0=${left.toFixed(9)}*c0|c1=${right.toFixed(9)}*${second}`;
    const own = chainFilters(trackEffects(fader));
    const filters = [...toRate(file.rate, rate), 'aformat=sample_fmts=dbl', ...own, sides];
    return `[${nth}:a:0]${filters.join(',')}[s${nth}]`;
  });
  const all = files.map((_, nth) => `[s${nth}]`).join('');
  return `${branches.join(';')};${all}amix=inputs=${files.length}:normalize=0:duration=longest[out]`;
}

/** Puts a file through filters, in its own place. */
async function again(
  { engine, signal, progress }: PhaseWork,
  { file, filters, seconds }: { file: string; filters: string[]; seconds: number },
): Promise<void> {
  const before = `${file}.before`;
  await rename(file, before);
  const handle = await open(before, 'r');
  try {
    await writeAudio(engine, {
      inputs: [{ fd: handle.fd, decoder: null }],
      graph: `[0:a:0]${['aformat=sample_fmts=dbl', ...filters].join(',')}[out]`,
      as: floats,
      file,
      seconds,
      signal,
      progress: (part) => progress(0.55 + part / 3),
    });
  } finally {
    await handle.close();
    await rm(before, { force: true });
  }
}

/** Opens all files of a job for as long as `use` takes. */
async function withAll(work: PhaseWork, use: (fds: number[]) => Promise<void>): Promise<void> {
  const files = await probe(work);
  const opened = [];
  try {
    for (const { audio_path, identity } of files)
      opened.push((await openInput(work.folders.files, audio_path, identity)).handle);
    await use(opened.map(({ fd }) => fd));
  } finally {
    await Promise.all(opened.map((handle) => handle.close()));
  }
}

async function peakOf({ engine, signal }: PhaseWork, file: string): Promise<number | null> {
  const handle = await open(file, 'r');
  let peak = 0;
  try {
    await readSamples(engine, {
      input: { fd: handle.fd, decoder: null },
      channels: 2,
      signal,
      take(block) {
        for (const one of block) peak = Math.max(peak, Math.abs(one));
      },
    });
  } finally {
    await handle.close();
  }
  return decibels(peak);
}
