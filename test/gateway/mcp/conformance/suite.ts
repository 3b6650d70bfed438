import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const program = join(
  import.meta.dirname,
  '../../../../node_modules/@modelcontextprotocol/conformance/dist/index.js',
);

/** One check of a scenario. */
export interface Check {
  id: string;
  status: string;
  errorMessage?: string;
}

/** The checks of each scenario that ran. */
export type Scenarios = Map<string, Check[]>;

/**
 * Runs server scenarios of the conformance suite against `url`.
 * @param choice which ones, such as `--requirements 2026-07-28`
 */
export async function runSuite(url: string, choice: string[]): Promise<Scenarios> {
  const folder = await mkdtemp(join(tmpdir(), 'vx11-conformance-'));
  try {
    const args = [program, 'server', '--url', url, '-o', folder, ...choice];
    // it exits with 1 if a check fails
    await new Promise<void>((resolve) => {
      execFile(process.execPath, args, { timeout: 240_000, maxBuffer: 1e8 }, () => resolve());
    });
    const found: Scenarios = new Map();
    for (const name of await readdir(folder)) {
      const text = await readFile(join(folder, name, 'checks.json'), 'utf8');
      const scenario = /^server-(.+?)-\d{4}-\d\d-\d\dT/.exec(name)![1]!;
      found.set(scenario, JSON.parse(text) as Check[]);
    }
    return found;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What of a scenario failed; null if it did not run. */
export const failuresOf = (scenarios: Scenarios, name: string): Check[] | null =>
  scenarios.get(name)?.filter(({ status }) => status === 'FAILURE') ?? null;
