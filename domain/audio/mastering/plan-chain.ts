import type { AudioChainLink, AudioIssue } from '../../../contracts/audio-report.ts';
import type { AudioPreset, WholeTarget } from '../../../contracts/audio.ts';
import { decibels, rounded } from '../counting/decibels.ts';
import type { Measured } from '../measure/measured.ts';

/** Where the middle of each band of a spectrum is, in Hz. */
const middles = { low: 60, low_mid: 250, mid: 1000, high_mid: 3500, high: 10_000 } as const;
type Band = keyof typeof middles;
/** How far from usual a band may be, in dB; and the most that is done about it. */
const [mostOffDb, mostEqDb] = [4, 3];
/** Peaks that need more reduction than this get some compression first. */
const mostLimiting = 3;
const mostCompression = 3;
const leastBassCorrelation = 0.5;
/** The part of all samples that may have been cut off for a repair. */
const mostCut = 0.01;

interface Planned {
  measured: Measured;
  issues: readonly Pick<AudioIssue, 'kind' | 'value'>[];
  preset: AudioPreset;
  target: WholeTarget;
}

/**
 * What is done to a file before its gain and its limiter, and why: what its preset always does, and what its problems and its
 * bands ask for. Empty where they ask for nothing.
 */
export function planChain({ measured, issues, preset, target }: Planned): AudioChainLink[] {
  const always = preset.effects.map(({ effect, settings }): AudioChainLink => ({
    effect,
    settings,
    because: `the preset ${preset.name} always does it`,
  }));
  if (!preset.corrects || measured.source.channels > 2) return always;
  const found = (kind: AudioIssue['kind']) => issues.find((one) => one.kind === kind);
  const has = (effect: string): boolean => always.some((one) => one.effect === effect);
  const [dc, cut] = [found('dc_offset'), found('clipping') ?? found('clipping_suspected')];
  return [
    ...(dc === undefined || has('high_pass') ? [] : [highPass(dc.value)]),
    ...(cut === undefined ? [] : declip(cut.value ?? 0, measured)),
    ...always,
    ...equalizer(measured, preset),
    ...(has('compressor') ? [] : compressor(measured, target)),
    ...bassToMono(measured),
  ];
}

const highPass = (offset: number | null): AudioChainLink => ({
  effect: 'high_pass',
  settings: { hz: 20, order: 2 },
  because: `its mean is ${offset ?? 0} instead of 0, which takes room from the peaks`,
});

/** Guesses what was cut off, where it is little: from much there is nothing to guess, and it would take hours. */
const declip = (samples: number, { counted }: Measured): AudioChainLink[] =>
  samples > mostCut * counted.samples * counted.channels.length
    ? []
    : [
        {
          effect: 'declip',
          settings: {},
          because: `${samples} samples were cut off; they are guessed from their neighbours`,
        },
      ];

/** Bands that are far from what is usual for the genre, by half of what is too much. */
function equalizer({ counted }: Measured, { tilt, name }: AudioPreset): AudioChainLink[] {
  if (tilt === null) return [];
  return (Object.keys(middles) as Band[]).flatMap((band): AudioChainLink[] => {
    const level = counted.spectrum.bands[band];
    if (level === null) return [];
    const off = level - tilt[band];
    if (Math.abs(off) <= mostOffDb) return [];
    const size = Math.min(mostEqDb, (Math.abs(off) - mostOffDb) / 2 + 1);
    return [
      {
        effect: 'eq_band',
        settings: { hz: middles[band], gain_db: rounded(-Math.sign(off) * size, 1), q: 0.7 },
        because: `around ${middles[band]} Hz it is ${Math.abs(off).toFixed(1)} dB ${off > 0 ? 'over' : 'under'} what is usual for ${name}`,
      },
    ];
  });
}

/** Two to one on the highest 6 dB: at most 3 dB of reduction, whatever comes. */
function compressor({ meter, counted }: Measured, target: WholeTarget): AudioChainLink[] {
  const { integrated, true_peak } = meter;
  if (integrated === null || true_peak === null) return [];
  const over = true_peak + target.lufs - integrated - target.ceiling_dbtp;
  const peak = decibels(Math.max(...counted.channels.map((one) => one.peak)));
  if (over <= mostLimiting || peak === null) return [];
  return [
    {
      effect: 'compressor',
      settings: {
        threshold_db: rounded(Math.min(peak, 0) - 2 * mostCompression, 1),
        ratio: 2,
        attack_ms: 30,
        release_ms: 200,
      },
      because: `its peaks would pass the ceiling by ${over.toFixed(1)} dB; at most ${mostCompression} dB of that are compressed, and the rest is limited`,
    },
  ];
}

function bassToMono({ counted }: Measured): AudioChainLink[] {
  const correlation = counted.stereo?.bass_correlation ?? null;
  const isCut = counted.channels.some(({ peak }) => peak === 0);
  if (correlation === null || correlation >= leastBassCorrelation || isCut) return [];
  return [
    {
      effect: 'bass_to_mono',
      settings: { hz: 120 },
      because: `below 120 Hz its sides have a correlation of ${correlation.toFixed(2)}`,
    },
  ];
}
