import type { DriftFinding } from '../../contracts/drift.ts';
import type { Covered } from './audit.ts';

export interface Merged {
  findings: DriftFinding[];
  /** Those that are drift now and were not before. */
  appeared: DriftFinding[];
  /** Those that were drift before and are not any more. */
  cleared: DriftFinding[];
  /** How many there were not at all before, and how many are gone. */
  fresh: number;
  gone: number;
}

/**
 * What stands after an audit: what it found, with the time since when, and what is known of everything that it did not compare.
 */
export function merge(
  kept: readonly DriftFinding[],
  found: readonly DriftFinding[],
  covered: Covered,
): Merged {
  const before = new Map(kept.map((one) => [one.fingerprint, one]));
  const now = new Map(
    found.map((one) => [
      one.fingerprint,
      { ...one, found_at: before.get(one.fingerprint)?.found_at ?? one.found_at },
    ]),
  );
  const left = kept.filter((one) => !now.has(one.fingerprint));
  const gone = left.filter((one) => isCovered(one, covered));
  const findings = [...now.values(), ...left.filter((one) => !gone.includes(one))];
  const drifted = (one: DriftFinding | undefined): boolean => one?.state === 'drift';
  return {
    findings,
    appeared: [...now.values()].filter(
      (one) => drifted(one) && !drifted(before.get(one.fingerprint)),
    ),
    cleared: kept.filter(
      (one) =>
        drifted(one) && !drifted(findings.find((other) => other.fingerprint === one.fingerprint)),
    ),
    fresh: [...now.keys()].filter((fingerprint) => !before.has(fingerprint)).length,
    gone: gone.length,
  };
}

function isCovered({ service }: DriftFinding, { services, busy, whole }: Covered): boolean {
  if (service === null) return whole;
  if (busy.includes(service)) return false;
  // one that no file names any more is covered by the whole
  return whole || services.includes(service);
}
