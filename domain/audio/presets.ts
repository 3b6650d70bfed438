import type { AudioPreset, AudioTarget, WholeTarget } from '../../contracts/audio.ts';
import presets from './presets.json' with { type: 'json' };

/**
 * What a master may be for: loudness, a ceiling that what comes after it needs, and what is done on the way. They are data, in
 * presets.json; a change of one raises its version.
 */
export const audioPresets = presets as readonly AudioPreset[];

/** Null if there is none of this name. */
export const presetOf = (name: string): AudioPreset | null =>
  audioPresets.find((one) => one.name === name) ?? null;

/** The preset of a request that names none, and its target. */
export const usualPreset = 'streaming';
export const usualTarget: WholeTarget = presetOf(usualPreset)!.target;

/** The target that a request means. */
export const completeTarget = (target: AudioTarget): WholeTarget => ({
  lufs: target.lufs,
  ceiling_dbtp: target.ceiling_dbtp,
  max_gain_reduction_db: target.max_gain_reduction_db ?? 6,
});
