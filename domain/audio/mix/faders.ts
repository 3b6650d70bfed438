import type { AudioStem, StemRole } from '../../../contracts/audio.ts';
import { amplitude, rounded } from '../counting/decibels.ts';
import { roleOfName } from './roles.ts';

/** A track as it was measured. */
export interface MeasuredStem {
  stem: AudioStem;
  channels: number;
  /** Its short-term loudness in the middle of all that sounds, in LUFS; null if it is silent. */
  sounding: number | null;
}

/** Where a track stands in a mix. */
export interface Fader {
  audio_path: string;
  role: StemRole;
  gain_db: number;
  /** From -1, left, to 1. */
  pan: number;
  mute: boolean;
  /** Whether its polarity is turned, which only happens if it is asked for. */
  flip: boolean;
  /** Null: everything of it is kept. */
  high_pass_hz: number | null;
  because: string;
}

/** How far below the lead each role stands, in LU. */
const below: Record<StemRole, number> = {
  lead: 0,
  drums: 1,
  kick: 1,
  bass: 3,
  harmony: 5,
  effects: 9,
};
const centred: ReadonlySet<StemRole> = new Set<StemRole>(['lead', 'kick', 'bass', 'drums']);
const widths = [0.3, 0.5, 0.7];
const mostGain = 12;
/** Below this nothing but kick and bass has anything to say, in Hz. */
const highPass: Partial<Record<StemRole, number>> = {
  lead: 100,
  effects: 100,
  harmony: 80,
  drums: 80,
};

/** Balances tracks by their loudness: faders first, pairs of harmonies apart. What is given stays as it is. */
export function fadersOf(stems: readonly MeasuredStem[], unity: boolean): Fader[] {
  const roles = stems.map(({ stem }) => stem.role ?? roleOfName(stem.audio_path));
  const heard = stems.flatMap(({ sounding, stem }, nth) =>
    sounding === null || stem.mute === true ? [] : [{ sounding, role: roles[nth]! }],
  );
  const leads = heard.filter(({ role }) => role === 'lead');
  const levels = (leads.length > 0 ? leads : heard).map(
    ({ sounding, role }) => sounding + (leads.length > 0 ? 0 : below[role]),
  );
  const reference = levels.length === 0 ? null : Math.max(...levels);
  let sides = 0;
  // a recording of all drums has the kick in it
  const hasKick = roles.includes('kick');
  return stems.map(({ stem, sounding, channels }, nth) => {
    const role = roles[nth]!;
    const { audio_path, gain_db, pan, mute = false, flip = false } = stem;
    const spread = !unity && pan === undefined && !centred.has(role) && channels === 1;
    const side = spread
      ? widths[Math.floor(sides / 2) % widths.length]! * (sides % 2 === 0 ? -1 : 1)
      : 0;
    if (spread) sides += 1;
    const decided =
      unity || sounding === null || reference === null
        ? 0
        : Math.min(mostGain, reference - below[role] - sounding);
    return {
      audio_path,
      role,
      gain_db: rounded(gain_db ?? decided, 2),
      pan: pan ?? side,
      mute,
      flip,
      high_pass_hz: unity || (role === 'drums' && !hasKick) ? null : (highPass[role] ?? null),
      because:
        gain_db !== undefined
          ? 'given'
          : unity
            ? 'the exact sum was asked for'
            : sounding === null
              ? 'it is silent'
              : `at ${sounding.toFixed(1)} LUFS while it sounds, ${below[role]} LU below the lead is wanted`,
    };
  });
}

/** The law of pans: constant power, so that the middle is 3 dB lower in each side. */
export const panLaw =
  'constant power, -3 dB in the middle, for tracks of one channel; balance for those of two';

/** What goes from a track into each side. A track of two channels keeps its sides. */
export function sidesOf(
  { gain_db, pan, mute, flip }: Fader,
  channels: number,
  unity: boolean,
): [number, number] {
  const gain = mute ? 0 : (flip ? -1 : 1) * amplitude(gain_db);
  if (channels > 1) return [gain * Math.min(1, 1 - pan), gain * Math.min(1, 1 + pan)];
  if (unity) return [gain, gain];
  const angle = ((pan + 1) * Math.PI) / 4;
  return [gain * Math.cos(angle), gain * Math.sin(angle)];
}

/** How much lower the sum has to be, so that its peak is at -6 dBFS. @param peak in dB */
export const headroomGain = (peak: number | null, unity: boolean): number =>
  unity || peak === null ? 0 : rounded(Math.min(0, -6 - peak), 3);
