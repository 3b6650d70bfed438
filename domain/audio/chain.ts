import type { AudioChainLink } from '../../contracts/audio-report.ts';
import type { WholeTarget } from '../../contracts/audio.ts';
import type { LimiterSpeed } from './filters.ts';
import type { Pass } from './master-loop.ts';

/** What was done to a master, and why, in the order in which the signal passes it. */
export function chainOf(
  { gain, limit }: Pass,
  trim: number,
  {
    target,
    source,
    speed,
  }: {
    target: WholeTarget;
    source: { integrated: number; true_peak: number };
    speed: LimiterSpeed;
  },
): AudioChainLink[] {
  const loud = source.integrated.toFixed(1);
  const links: AudioChainLink[] = [
    {
      effect: 'gain',
      settings: { gain_db: gain },
      because: `it is at ${loud} LUFS, and ${target.lufs} are wanted`,
    },
  ];
  if (limit !== null)
    links.push({
      effect: 'limiter',
      settings: {
        limit_db: limit,
        attack_ms: speed.attack,
        release_ms: speed.release,
        oversampling: 4,
      },
      because: `its peak of ${source.true_peak.toFixed(1)} dBTP would pass ${target.ceiling_dbtp} dBTP`,
    });
  if (trim !== 0)
    links.push({
      effect: 'trim',
      settings: { gain_db: trim },
      because: 'what was written still passed the ceiling',
    });
  return links;
}
