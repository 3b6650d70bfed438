import type { AudioFormat } from '../../contracts/audio.ts';
import type { Pass } from './master-loop.ts';
import { amplitude } from './counting/decibels.ts';

/** How much of the top of the spectrum resampling keeps: flat to 21 kHz at 44.1 kHz, where the default loses 1.8 dB. */
const resampled = (rate: number): string =>
  `aresample=${rate}:resampler=soxr:precision=28:cutoff=0.99`;

/** How a limiter moves, in ms. Slow ones spare the bass: its own waves would move them. */
export interface LimiterSpeed {
  attack: number;
  release: number;
}

/** Music with much below 120 Hz gets the slower limiter. @param low the part of its energy there, in dB */
export const limiterSpeed = (low: number | null): LimiterSpeed =>
  low !== null && low > -4 ? { attack: 15, release: 200 } : { attack: 5, release: 100 };

const limiter = (limit: number, { attack, release }: LimiterSpeed): string =>
  `alimiter=limit=${amplitude(limit).toFixed(8)}:attack=${attack}:release=${release}:level=disabled:latency=1`;
const exactly = (gain: number): string => `volume=${gain}dB:precision=double`;

/**
 * A limited pass at twice the rate only, by the quicker resampler: as loud as the pass itself. At the signal's own rate, which
 * hides peaks between samples, it would be up to 0.3 LU louder.
 */
export const trialFilters = (
  { gain, limit }: { gain: number; limit: number },
  rate: number,
  speed: LimiterSpeed,
): string[] => [`aresample=${2 * rate}`, exactly(gain), limiter(limit, speed)];

/** What one pass of mastering does to a signal, as filters of ffmpeg. A limiter works at four times the rate. */
export function passFilters({ gain, limit }: Pass, rate: number, speed: LimiterSpeed): string[] {
  if (limit === null) return [exactly(gain)];
  return [resampled(4 * rate), exactly(gain), limiter(limit, speed), resampled(rate)];
}

/** The end of every chain: 16 bits are dithered, or quiet endings would be cut into steps. */
export const outputFilters = ({ bits }: Pick<AudioFormat, 'bits'>): string[] =>
  bits === 16 ? ['aresample=osf=s16:dither_method=triangular'] : [];

/** The codec of a file, as arguments of ffmpeg. */
export const codecOf = ({ container, bits }: AudioFormat): string[] =>
  container === 'wav'
    ? ['-c:a', bits === 16 ? 'pcm_s16le' : 'pcm_s24le', '-rf64', 'auto', '-f', 'wav']
    : [
        '-c:a',
        'flac',
        '-sample_fmt',
        bits === 16 ? 's16' : 's32',
        '-bits_per_raw_sample',
        String(bits),
        '-f',
        'flac',
      ];

/** How a signal comes to another rate. */
export const toRate = (from: number, to: number): string[] => (from === to ? [] : [resampled(to)]);
