import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Result } from './measure.ts';

/** One start of the bench. */
export interface Part {
  at: string;
  /** Load average of the minute before the start: figures of a busy machine are noisy. */
  load: number;
  seconds: number;
  measures: string[];
}

/** The newest figures of every measure and the machine that they were taken on: bench/results/latest.json. */
export interface Run {
  quick: boolean;
  machine: string;
  /** Oldest first. If only some measures were repeated, only their results are replaced. */
  parts: Part[];
  results: Result[];
  /** Measures that ended with an error instead of a figure. */
  failed: { name: string; error: string }[];
}

const folder = join(import.meta.dirname, 'results');
const file = join(folder, 'latest.json');

export function machine(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  const memory = Math.round(totalmem() / 1024 ** 3);
  return `${availableParallelism()} × ${model}, ${memory} GB; Node ${process.version.slice(1)}, ${engine()}`;
}

/** Measures that only compute also run where there is no Docker. */
function engine(): string {
  try {
    const version = execFileSync('docker', ['version', '--format', '{{.Server.Version}}'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return `Docker Engine ${String(version).trim()}`;
  } catch {
    return 'no Docker Engine';
  }
}

export const load = (): number => loadavg()[0]!;

export function writeRun(run: Run): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, `${JSON.stringify(run, null, 2)}\n`);
}

/**
 * Merges a run into the last one: its measures replace the earlier ones. Returns the run unchanged if only one of the two
 * is a quick run, or if the last one was taken on another machine.
 */
export function intoLast(run: Run, measures: readonly string[]): Run {
  const last = existsSync(file) ? readRun() : null;
  if (last === null || last.quick !== run.quick || last.machine !== run.machine) return run;
  const [part] = run.parts;
  const before = last.parts
    .map((one) => ({
      ...one,
      measures: one.measures.filter((name) => !part!.measures.includes(name)),
    }))
    .filter((one) => one.measures.length > 0);
  const kept = last.results.filter(({ measure }) => !part!.measures.includes(measure!));
  const results = [...kept, ...run.results].toSorted(
    (one, other) => measures.indexOf(one.measure!) - measures.indexOf(other.measure!),
  );
  const failed = last.failed.filter(({ name }) => !part!.measures.includes(name));
  return { ...run, parts: [...before, part!], results, failed: [...failed, ...run.failed] };
}

/** Reads the last run. Throws if no bench has run yet. */
export const readRun = (): Run => JSON.parse(readFileSync(file, 'utf8')) as Run;
