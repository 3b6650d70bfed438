import { pollUntil } from '../../../platform/concurrency/poll.ts';
import type { TemporalSleep } from '../../../platform/supervisor/temporal-sleep.ts';
import { workflowBundle } from '../../temporal/workflow-bundle.ts';
import type { PowerServing } from '../temporal.ts';
import { unavailable, type TemporalConnection } from '../temporal-connection.ts';

/** How long a process that has woken Temporal waits for its own connection to it. */
const connectMs = 15_000;
const pollMs = 10;

/**
 * Serves Temporal once it is awake, until `signal` aborts. What speaks Temporal is loaded only then: it takes 60 MB, so
 * this process is started again when Temporal falls asleep.
 * @param serving `sdkMetrics` gets the reader of the SDK's metrics
 */
export async function serveAwake(
  temporal: TemporalConnection,
  sleep: TemporalSleep,
  serving: Omit<PowerServing, 'bundle'> & {
    /** The folder of the workflow bundle; null if this process runs no workflows. */
    bundleFolder: string | null;
    metrics: boolean;
    sdkMetrics: (read: () => Promise<string>) => void;
  },
): Promise<void> {
  const { bundleFolder, log } = serving;
  // looked for before it is needed: an opening that wakes Temporal waits for nothing that can be known earlier
  const bundle = bundleFolder === null ? null : workflowBundle(bundleFolder, log);
  bundle?.catch(() => undefined);
  if (sleep.isAsleep()) {
    temporal.state = 'off_by_policy';
    temporal.wake = async () => {
      await sleep.wake();
      const isConnected = () => Promise.resolve(temporal.windows !== null);
      const limits = { everyMs: pollMs, withinMs: connectMs, signal: serving.signal };
      if (!(await pollUntil(isConnected, Boolean, limits))) throw unavailable();
    };
    await until(sleep, ['waking', 'awake'], serving.signal);
    temporal.state = 'starting';
  }
  if (serving.signal.aborted) return;
  const awake = sleep.isAsleep() ? until(sleep, ['awake'], serving.signal) : undefined;
  // takes about as long as Temporal's start
  const [{ installTemporalRuntime }, { servePower }] = await Promise.all([
    import('../../temporal/runtime.ts'),
    import('../temporal.ts'),
  ]);
  serving.sdkMetrics(await installTemporalRuntime(log, serving));
  await awake;
  await servePower(temporal, { ...serving, bundle: await bundle });
}

/** Resolves at one of these changes, or when `signal` aborts. */
function until(
  sleep: TemporalSleep,
  wanted: readonly ('waking' | 'awake' | 'asleep')[],
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
    sleep.onChange((now) => {
      if (wanted.includes(now)) resolve();
    });
  });
}
