import type { AudioChainLink } from '../../../contracts/audio-report.ts';
import { rounded } from '../counting/decibels.ts';

const mostReductionDb = 2;
const ratio = 2;

/** Two to one on the highest 4 dB of the sum: at most 2 dB of reduction. @param peak of the sum, in dB */
export const busCompressor = (peak: number): AudioChainLink => ({
  effect: 'compressor',
  settings: {
    threshold_db: rounded(peak - mostReductionDb * ratio, 2),
    ratio,
    attack_ms: 30,
    release_ms: 200,
  },
  because: `it holds the tracks together: at most ${mostReductionDb} dB less at the peak of the sum (${peak.toFixed(1)} dBFS)`,
});

/** The high-pass of a track as an effect. */
export const trackEffects = ({
  high_pass_hz,
}: {
  high_pass_hz: number | null;
}): AudioChainLink[] =>
  high_pass_hz === null
    ? []
    : [
        {
          effect: 'high_pass',
          settings: { hz: high_pass_hz, order: 2 },
          because: `below ${high_pass_hz} Hz only kick and bass are wanted`,
        },
      ];
