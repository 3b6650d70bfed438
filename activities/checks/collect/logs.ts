import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CheckRunView } from '../../../contracts/checks.ts';
import { masked } from '../../../domain/checks/secrets.ts';
import type { Suite } from '../../../domain/checks/suite.ts';
import { containersOf } from '../../power/host/containers.ts';
import type { CheckDeps } from '../deps.ts';
import { collectedIn, folderOf } from '../report-folder.ts';
import { secretsOfRun } from '../run-secrets.ts';

const logLines = 500;
/** The most characters of a service's log that are kept. */
const mostLog = 65_536;

/** Keeps the end of each service's log since the run began, without the secrets of its checks. Never throws. */
export async function keepLogs(
  deps: CheckDeps,
  run: CheckRunView,
  suites: readonly Suite[],
): Promise<void> {
  const { power, folder } = deps;
  const logs = join(collectedIn(folderOf(folder, run)), 'logs');
  const since = Math.floor(Date.parse(run.started_at ?? run.created_at) / 1000);
  const keep = async (service: string, secrets: readonly string[]): Promise<void> => {
    const containers = await containersOf(power, service);
    const tails = await Promise.all(
      containers.map(({ id }) => power.engine.logTail(id, { lines: logLines, since })),
    );
    const text = tails
      .map((tail) => withoutControls(masked(tail, secrets)).slice(-mostLog))
      .join('\n');
    if (text.trim() === '') return;
    await writeFile(join(logs, `${service}.txt`), text.slice(-mostLog), { mode: 0o600 });
  };
  try {
    const secrets = await secretsOfRun(deps, run, suites);
    await mkdir(logs, { recursive: true, mode: 0o700 });
    const ends = await Promise.allSettled(run.services.map((name) => keep(name, secrets)));
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  } catch (error) {
    power.log.warn({ err: error, run_id: run.run_id }, 'the logs of a run are incomplete');
  }
}

const withoutControls = (text: string): string => text.replace(/[^\P{Cc}\n\t]/gu, '');
