import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Result } from './measure.ts';

/** A run with what it ran on: bench/results/latest.json. */
export interface Run {
  at: string;
  quick: boolean;
  machine: string;
  /** Of the minute before the run: figures of a busy machine are noisy. */
  load: number;
  seconds: number;
  results: Result[];
  /** Measures that ended with an error instead of a figure. */
  failed: { name: string; error: string }[];
}

const folder = join(import.meta.dirname, 'results');
const file = join(folder, 'latest.json');

export function machine(): string {
  const engine = execFileSync('docker', ['version', '--format', '{{.Server.Version}}']);
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  const memory = Math.round(totalmem() / 1024 ** 3);
  return `${availableParallelism()} × ${model}, ${memory} GB; Node ${process.version.slice(1)}, Docker Engine ${String(engine).trim()}`;
}

export const load = (): number => loadavg()[0]!;

export function writeRun(run: Run): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, `${JSON.stringify(run, null, 2)}\n`);
}

/** Throws where no bench has run yet. */
export const readRun = (): Run => JSON.parse(readFileSync(file, 'utf8')) as Run;
