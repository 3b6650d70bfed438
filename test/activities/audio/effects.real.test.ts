import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { guidsOf } from '../../../activities/audio/phases/project-files.ts';
import { chainFilters, effectDefaults } from '../../../domain/audio/mastering/effects.ts';
import { effectText } from '../../../domain/audio/reaper/jsfx.ts';
import { chainText } from '../../../domain/audio/reaper/project.ts';
import { parseReaper } from '../../domain/audio/reaper-parser.ts';
import { joinedTo, noise, scaled, seconds, silence, sine } from '../../domain/audio/signals.ts';
import { decoded, hasEngine } from './bench.ts';
import { played } from './jsfx-player.ts';
import { wavOf } from './wav.ts';

const rate = 48_000;
const at = seconds(0.5);

/** What an effect makes of two channels, interleaved. */
function through(channels: Float32Array[], effect: string, settings = {}): Float32Array {
  const chain = [{ effect, settings, because: '' }];
  const filters = ['aformat=sample_fmts=dbl', ...chainFilters(chain)].join(',');
  const args = ['-v', 'error', '-i', 'pipe:0', '-filter_complex', `[0:a]${filters}[o]`];
  const as = ['-map', '[o]', '-c:a', 'pcm_f32le', '-f', 'wav', 'pipe:1'];
  const input = wavOf(channels, { rate, float: true });
  return decoded(execFileSync('ffmpeg', [...args, ...as], { input, maxBuffer: 1e9 }));
}
const changed: Record<string, Record<string, number>> = {
  eq: { low_db: 2, mid_db: -2, high_db: 3 },
  eq_band: { gain_db: 3 },
};

describe.skipIf(!hasEngine)('effects of mastering', () => {
  test.each(Object.keys(effectDefaults))(
    '%s keeps the length and the time of the sound',
    (effect) => {
      const burst = joinedTo(silence(at), noise(0.3, seconds(0.4)), silence(seconds(0.3)));
      const out = through([burst, scaled(burst, 0.9)], effect, changed[effect]);
      expect(out).toHaveLength(2 * burst.length);
      const first = out.findIndex((one) => Math.abs(one) > 0.001) / 2;
      expect(Math.abs(first - at)).toBeLessThanOrEqual(2);
    },
  );
  test.each([
    ['high_pass', { hz: 80, order: 2 }],
    ['low_pass', {}],
    ['eq_band', { hz: 250, gain_db: -2.5, q: 0.7 }],
    ['eq', { low_db: 0, mid_db: 0, high_db: 3, low_hz: 200, high_hz: 3000 }],
    ['eq', { low_db: -2, mid_db: 1.5, high_db: 0.5, low_hz: 150, high_hz: 5000 }],
    ['distortion', { drive: 2, mix: 0.5 }],
  ] as const)('%s of a project does what was done here: %j', (effect, settings) => {
    const [left, right] = [noise(0.3, seconds(0.5)), noise(0.2, seconds(0.5), 5)];
    const chain = [{ effect, settings, because: '' }];
    const written = parseReaper(chainText(chain, guidsOf('audio-00000000'))).blocks;
    expect(written.map(({ words }) => words[1])).toEqual([`VX11/${effect}.jsfx`]);
    const values = written[0]!.lines[0]!.filter((one) => one !== '-').map(Number);
    const own = played(effectText(effect), values, [left, right], rate);
    const here = through([left, right], effect, settings);
    const worst = own.map((side, channel) =>
      side.reduce((most, one, nth) => Math.max(most, Math.abs(one - here[2 * nth + channel]!)), 0),
    );
    expect(Math.max(...worst)).toBeLessThan(1e-5);
    expect(Math.max(...own[0].map((one, nth) => Math.abs(one - left[nth]!)))).toBeGreaterThan(0.01);
  });
  test('a repair changes only what was cut off', () => {
    const loud = sine(220, 1.3, seconds(2)).map((one) => Math.max(-1, Math.min(1, one)));
    const part = joinedTo(
      sine(330, 0.5, seconds(1)),
      loud.slice(0, 400),
      sine(330, 0.5, seconds(1)),
    );
    const out = through([part, part], 'declip');
    const moved = part.filter((one, nth) => Math.abs(one - out[2 * nth]!) > 1e-6);
    expect(moved.length).toBeGreaterThan(10);
    expect(moved.every((one) => Math.abs(one) >= 0.999)).toBe(true);
  });
  test('compression takes no more than it says, and width below 120 Hz is gone', () => {
    const loud = sine(440, 0.8, seconds(2));
    const peak = 20 * Math.log10(0.8);
    const settings = { threshold_db: peak - 6, ratio: 2, attack_ms: 30, release_ms: 200 };
    const out = through([loud, loud], 'compressor', settings);
    const later = out
      .subarray(2 * seconds(1))
      .reduce((most, one) => Math.max(most, Math.abs(one)), 0);
    const taken = peak - 20 * Math.log10(later);
    expect(taken).toBeGreaterThan(1.5);
    expect(taken).toBeLessThanOrEqual(3.05);
    const [low, high] = [sine(50, 0.4, seconds(2)), sine(4000, 0.1, seconds(2))];
    const bass = through([low, scaled(low, -0.5)], 'bass_to_mono');
    const treble = through([high, scaled(high, -0.5)], 'bass_to_mono');
    const sideOf = (signal: Float32Array): number => {
      let most = 0;
      for (let nth = seconds(1); nth < seconds(1.9); nth += 1)
        most = Math.max(most, Math.abs(signal[2 * nth]! - signal[2 * nth + 1]!) / 2);
      return most;
    };
    expect(sideOf(bass)).toBeLessThan(0.03);
    expect(sideOf(treble)).toBeGreaterThan(0.07);
  });
});
