import type { AudioIssue } from '../../../contracts/audio-report.ts';
import { issue } from '../issues/issue.ts';
import { closeEnough, isCapped, type MasterLoop, type Pass } from '../master-loop.ts';

const mostReduction = 12;

/** What a master came to. */
export interface Reached {
  pass: Pass;
  trim: number;
  /** LUFS, measured on the file that was kept; null where nothing was heard. */
  integrated: number | null;
}

/** The issue of a master that is not at its loudness, with what held it back; null where it is there. */
export function unreached(loop: MasterLoop, reached: Reached): AudioIssue | null {
  const { target } = loop;
  const { integrated } = reached;
  if (integrated !== null && Math.abs(integrated - target.lufs) <= closeEnough) return null;
  const [because, fix] = causeOf(loop, reached);
  return issue('target_unreachable', 'warn', {
    value: integrated,
    threshold: target.lufs,
    because,
    fix,
  });
}

function causeOf(
  loop: MasterLoop,
  { pass, trim, integrated }: Reached,
): [because: string, fix: string] {
  const { target, source, tried } = loop;
  const { ceiling_dbtp: ceiling, max_gain_reduction_db: most } = target;
  const peak = `${source.true_peak.toFixed(1)} dBTP`;
  const isQuiet = integrated === null || integrated < target.lufs;
  if (trim !== 0)
    return [
      `after ${tried.length} passes it still passed its ceiling of ${ceiling} dBTP, so that its gain was lowered by ${Math.abs(trim).toFixed(2)} dB`,
      'Ask for less loudness, or compress the mix',
    ];
  if (isQuiet && most === 0)
    return [
      `its peak of ${peak} leaves ${pass.gain.toFixed(1)} dB of gain below the ceiling of ${ceiling} dBTP, and no limiter is allowed (max_gain_reduction_db is 0)`,
      'Ask for less loudness, or allow some reduction (max_gain_reduction_db)',
    ];
  if (isQuiet && isCapped(loop, pass))
    return [
      `more than ${most} dB would have to be taken off its peaks, which are at ${peak} before the gain`,
      most < mostReduction
        ? `Ask for less loudness, allow more reduction (max_gain_reduction_db, at most ${mostReduction}), or compress the mix`
        : 'Ask for less loudness, or compress the mix',
    ];
  if (pass.limit === null)
    return [
      `it was changed by exactly ${pass.gain.toFixed(2)} dB, and at another level its meter counts other parts of it: what is below -70 LUFS is left out`,
      'Master the result once more, or ask for another loudness',
    ];
  return [
    `a limiter that holds the ceiling of ${ceiling} dBTP takes away what more gain adds: of ${tried.length} passes, this one is the closest`,
    isQuiet ? 'Ask for less loudness, or compress the mix' : 'Ask for another loudness',
  ];
}
