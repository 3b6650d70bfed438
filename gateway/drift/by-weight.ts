import { driftSeverity, type DriftFinding } from '../../contracts/drift.ts';

const severities = driftSeverity.options;

/** Orders findings: the worst first, then by path. */
export const byWeight = (one: DriftFinding, other: DriftFinding): number =>
  severities.indexOf(other.severity) - severities.indexOf(one.severity) ||
  (one.path < other.path ? -1 : 1);
