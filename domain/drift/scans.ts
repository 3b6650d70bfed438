import type { DriftSeverity } from '../../contracts/drift.ts';
import type { VulnerabilityFacts } from './facts.ts';
import { listOf, mapOf, textOf } from './shape/aspect.ts';

/** What a scanner says of one image. */
export interface Scan {
  /** The image's id, `sha256:…`. */
  image: string;
  vulnerable: VulnerabilityFacts[];
}

const most = 100;
const severities: Readonly<Record<string, DriftSeverity>> = {
  critical: 'critical',
  high: 'high',
  medium: 'warn',
};

/** Reads a report of Trivy or Grype in JSON, and keeps what another version mends. Null for anything else. */
export function readScan(report: unknown): Scan | null {
  const { Metadata, Results, source, matches } = mapOf(report);
  const image =
    textOf(mapOf(Metadata)['ImageID']) || textOf(mapOf(mapOf(source)['target'])['imageID']);
  if (image === '') return null;
  const found = [...listOf(Results).flatMap(ofTrivy), ...listOf(matches).flatMap(ofGrype)];
  const each = new Map(found.map((one) => [`${one.id} ${one.package}`, one]));
  return { image, vulnerable: [...each.values()].slice(0, most) };
}

function ofTrivy(result: unknown): VulnerabilityFacts[] {
  return listOf(mapOf(result)['Vulnerabilities']).flatMap((one) => {
    const { VulnerabilityID, PkgName, InstalledVersion, FixedVersion, Severity } = mapOf(one);
    return factsOf(VulnerabilityID, PkgName, InstalledVersion, FixedVersion, Severity);
  });
}

function ofGrype(match: unknown): VulnerabilityFacts[] {
  const { vulnerability, artifact } = mapOf(match);
  const { id, severity, fix } = mapOf(vulnerability);
  const { name, version } = mapOf(artifact);
  return factsOf(id, name, version, listOf(mapOf(fix)['versions'])[0], severity);
}

function factsOf(...given: [unknown, unknown, unknown, unknown, unknown]): VulnerabilityFacts[] {
  const [id, name, has, fixed, severity] = given.map((one) => textOf(one).slice(0, 200));
  if (!id || !name || !fixed) return [];
  const rated = severities[severity!.toLowerCase()] ?? 'info';
  return [{ id, package: name, has: has!, fixed, severity: rated }];
}
