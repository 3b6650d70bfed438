import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CheckRunView } from '../../contracts/checks.ts';
import { masked } from '../../domain/checks/context.ts';
import type { Suite } from '../../domain/checks/suite.ts';
import { poll } from '../../platform/concurrency/poll.ts';
import { containersOf } from '../power/host/containers.ts';
import { linesInto } from './collected-lines.ts';
import type { CheckDeps } from './deps.ts';
import { collectedIn, folderOf } from './report-folder.ts';
import { secretsOfRun } from './run-secrets.ts';
import { watchUsage } from './service-usage.ts';
import { isoTime } from '../../platform/time.ts';

const sampleEveryMs = 1000;
const logLines = 500;
/** The most characters of a service's log that are kept. */
const mostLog = 65_536;

/** Does `work`, and notes what happens to the containers of the run's services meanwhile. */
export async function withEvents<T>(
  deps: CheckDeps,
  run: CheckRunView,
  work: () => Promise<T>,
): Promise<T> {
  const names = new Set(run.services);
  const lines = linesInto(deps, run, 'docker_events.jsonl');
  const stop = deps.power.watch.subscribe(({ id, service, action, exit_code, at }) => {
    if (!names.has(service) || action.startsWith('exec_')) return;
    const container = id.slice(0, 12);
    lines.write({ at: isoTime(at), service, container, action, exit_code });
  });
  try {
    return await work();
  } finally {
    stop();
    await lines.ended();
  }
}

/** Does `work`, and notes every second what memory and CPU time the run's services use. */
export async function withMetrics<T>(
  deps: CheckDeps,
  run: CheckRunView,
  work: () => Promise<T>,
): Promise<T> {
  const { power } = deps;
  const over = new AbortController();
  const lines = linesInto(deps, run, 'metrics.jsonl');
  const usage = watchUsage(power);
  const sample = async (service: string): Promise<void> => {
    const use = await usage.of(service);
    if (use === null) return;
    const { memory_bytes, network_bytes } = use;
    const [at, cpu_ms] = [isoTime(power.clock()), Math.round(use.cpu_ms)];
    lines.write({ at, service, memory_bytes, cpu_ms, network_bytes });
  };
  const look = async (): Promise<null> => {
    await Promise.allSettled(run.services.map(sample));
    return null;
  };
  const sampling = poll(look, { everyMs: sampleEveryMs, signal: over.signal }).catch(() => null);
  try {
    return await work();
  } finally {
    over.abort();
    usage.close();
    await sampling;
    await lines.ended();
  }
}

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
