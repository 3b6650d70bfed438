import type { CheckRunView } from '../../../contracts/checks.ts';
import { poll } from '../../../platform/concurrency/poll.ts';
import { linesInto } from './lines.ts';
import type { CheckDeps } from '../deps.ts';
import { watchUsage } from '../service-usage.ts';
import { isoTime } from '../../../platform/time.ts';

const sampleEveryMs = 1000;

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
