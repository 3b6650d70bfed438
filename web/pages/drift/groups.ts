import type { DriftFinding } from '../../../contracts/drift.ts';

/** The findings of one service of one stack. */
export interface Group {
  host: string;
  /** Null: of the stack itself, such as a network. */
  service: string | null;
  of: DriftFinding[];
}

/** Findings by stack and service, in the order in which each first occurs: the worst first. */
export function groupsOf(findings: readonly DriftFinding[]): Group[] {
  const groups = Map.groupBy(findings, ({ host, service }) => JSON.stringify([host, service]));
  return [...groups.values()].map((of) => ({
    host: of[0]!.host,
    service: of[0]!.service,
    of,
  }));
}
