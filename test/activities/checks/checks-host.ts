import { join } from 'node:path';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { onTestFinished } from 'vitest';
import type { CheckDeps, CheckRuns } from '../../../activities/checks/deps.ts';
import { startHost, type OneHost } from '../power/one-host.ts';

/** A host with these services, whose checks run in this process and its child. */
export async function startChecksHost(
  services: Record<string, object>,
  {
    suites = [],
    load,
    runs,
    tasks = { run: async () => null },
  }: {
    suites?: object[];
    load?: object;
    runs?: CheckRuns;
    /** By default there is no spawner. */
    tasks?: CheckDeps['tasks'];
  } = {},
): Promise<{ host: OneHost; deps: CheckDeps; ended: string[] }> {
  const host = await startHost(services, { top: { 'x-vx11': { suites, load } } });
  await host.power.catalog.current();
  const folder = mkdtempSync(join(tmpdir(), 'vx11-runs-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const ended: string[] = [];
  const deps: CheckDeps = {
    power: host.power,
    runs() {
      if (runs === undefined) throw new Error('this test starts nothing');
      return runs;
    },
    tasks,
    folder,
    version: '0.0.0-test',
    metrics: {
      ended: (suite, status) => void ended.push(`${suite} ${status}`),
      checked: () => undefined,
      throttled: () => undefined,
    },
  };
  return { host, deps, ended };
}
