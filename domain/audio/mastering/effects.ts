import type { AudioChainLink } from '../../../contracts/audio-report.ts';
import { amplitude } from '../counting/decibels.ts';

type Settings = Record<string, number>;

/** What each effect has where nothing else is asked for; those of the older service keep its values. */
export const effectDefaults: Record<string, Settings> = {
  high_pass: { hz: 20, order: 2 },
  low_pass: { hz: 10_000, order: 2 },
  declip: {},
  eq: { low_db: 0, mid_db: 0, high_db: 0, low_hz: 200, high_hz: 3000 },
  eq_band: { hz: 1000, gain_db: 0, q: 0.7 },
  compressor: { threshold_db: -20, ratio: 4, attack_ms: 10, release_ms: 100 },
  de_esser: { intensity: 0.4 },
  distortion: { drive: 1, mix: 0.5 },
  bass_to_mono: { hz: 120 },
};

const number = (value: number): string => String(Math.round(value * 1e6) / 1e6);

/** Each effect as filters of ffmpeg that keep the length and the time of what passes them. */
const filters: Record<string, (settings: Settings, nth: number) => string[]> = {
  high_pass: ({ hz, order }) => [`highpass=f=${number(hz!)}:poles=${order === 1 ? 1 : 2}:r=f64`],
  low_pass: ({ hz, order }) => [`lowpass=f=${number(hz!)}:poles=${order === 1 ? 1 : 2}:r=f64`],
  // its other method changes the level of what was not cut, too
  declip: () => ['adeclip=method=save'],
  eq: ({ low_db, mid_db, high_db, low_hz, high_hz }) => [
    ...(low_db === 0 ? [] : [`lowshelf=g=${number(low_db!)}:f=${number(low_hz!)}:t=q:w=0.7:r=f64`]),
    ...(mid_db === 0
      ? []
      : [
          `equalizer=f=${number(Math.sqrt(low_hz! * high_hz!))}:t=q:w=0.5:g=${number(mid_db!)}:r=f64`,
        ]),
    ...(high_db === 0
      ? []
      : [`highshelf=g=${number(high_db!)}:f=${number(high_hz!)}:t=q:w=0.7:r=f64`]),
  ],
  eq_band: ({ hz, gain_db, q }) => [
    `equalizer=f=${number(hz!)}:t=q:w=${number(q!)}:g=${number(gain_db!)}:r=f64`,
  ],
  compressor: ({ threshold_db, ratio, attack_ms, release_ms }) => [
    `acompressor=threshold=${amplitude(threshold_db!).toFixed(8)}:ratio=${number(ratio!)}:attack=${number(attack_ms!)}:release=${number(release_ms!)}:knee=1:detection=peak:link=maximum`,
  ],
  de_esser: ({ intensity }) => [`deesser=i=${number(intensity!)}:m=0.5:f=0.5`],
  distortion: ({ drive, mix }) => [
    `volume=${number(drive!)},asoftclip=type=tanh:output=${number(1 - mix! / 4)}`,
  ],
  // fourth order: both bands together keep every level
  bass_to_mono: ({ hz }, nth) => [
    `acrossover=split=${number(hz!)}:order=4th[low${nth}][high${nth}];` +
      `[low${nth}]pan=stereo|c0=0.5*c0+0.5*c1|c1=0.5*c0+0.5*c1[one${nth}];` +
      `[one${nth}][high${nth}]amix=inputs=2:normalize=0:duration=longest`,
  ],
};

/** A chain as filters of ffmpeg, in its order; empty for none, which changes nothing. */
export const chainFilters = (chain: readonly AudioChainLink[]): string[] =>
  chain.flatMap(({ effect, settings }, nth) => {
    const whole = { ...effectDefaults[effect], ...(settings as Settings) };
    return filters[effect]?.(whole, nth) ?? [];
  });
