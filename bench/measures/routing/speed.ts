import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { leanNode } from '../../../cli/up/lean/node.ts';
import type { Result } from '../../measure.ts';

interface Measured {
  p50: number;
  p95: number;
  p99: number;
  early_mb: number;
  busy_mb: number;
  end_mb: number;
  record_bytes: number;
  beliefs_bytes: number;
}

const bar = { p50: 100, p99: 1000, growth: 1.1 };

/** How long a decision among 40 targets takes, and whether a million of them leave memory behind. In a process of its own, with madre's options for Node. */
export async function speed(decisions: number): Promise<Result[]> {
  const program = join(import.meta.dirname, 'speed-program.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...leanNode.madre,
    program,
    String(decisions),
  ]);
  const seen = JSON.parse(stdout) as Measured;
  const { p50, p95, p99, early_mb: early, end_mb: end } = seen;
  const count = decisions.toLocaleString('en-US');
  return [
    {
      name: 'routing: a decision among 40 targets',
      unit: 'µs',
      ours: { p50, p95, n: decisions },
      plain: null,
      bar: `p50 ≤ ${bar.p50} µs, p99 ≤ 1 ms`,
      met: p50 <= bar.p50 && p99 <= bar.p99,
      n: decisions,
      notes: [
        `p99 ${p99.toFixed(0)} µs; its record has ${(seen.record_bytes / 1000).toFixed(1)} KB as JSON, all beliefs ${(seen.beliefs_bytes / 1000).toFixed(0)} KB`,
      ],
    },
    {
      name: `routing: memory after ${count} decisions`,
      unit: 'MB',
      ours: { p50: end, p95: end, n: 1 },
      plain: { p50: early, p95: early, n: 1 },
      ratio: end / early,
      bar: `≤ ${bar.growth} × after the first tenth`,
      met: end <= bar.growth * early,
      n: decisions,
      notes: [
        `after a collection of garbage, before it ${Math.round(seen.busy_mb)} MB; ${(8 * decisions) / 1e6} MB are the times that were measured`,
      ],
    },
  ];
}
