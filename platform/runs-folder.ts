import { join } from 'node:path';

/** The folder of one report: when what it is about was asked for, the kind of report, and the end of its id. */
export function reportFolder(
  root: string,
  kind: string,
  { id, created_at }: { id: string; created_at: string },
): string {
  const at = created_at.replace(/[-:]/g, '').replace(/\.\d+Z$/, 'Z');
  return join(root, `${at}_${kind}_${id.slice(id.indexOf('-') + 1)}`);
}

/** The folder with the reports of runs of checks, one folder per run; madre writes there, the gateway reads. */
export const runsFolder = (home: string): string => join(home, 'runs');
