import { NativeConnection, TransportError, type Worker } from '@temporalio/worker';
import type { Logger } from 'pino';
import type { HealthState } from '../../contracts/service.ts';
import { keepRunning } from '../../platform/concurrency/keep-running.ts';

/** How a process serves Temporal. */
export interface Serving {
  env: { TEMPORAL_ADDRESS: string; TEMPORAL_NAMESPACE: string };
  log: Logger;
  signal: AbortSignal;
  /** Creates the workers of a new connection; `ended` frees what they hold. */
  workers(on: { connection: NativeConnection; namespace: string }): Promise<Worker[]>;
  /** Called once the workers run. */
  began?(connection: NativeConnection): void;
  /** Called when the workers have ended, or could not start. */
  ended?(): void;
  /** Called with `ok` while they run, `degraded` until the next connection, and `down` at the end. */
  onState(state: HealthState): void;
  /** How often to check that Temporal answers, in ms; without it the state follows the workers only. */
  pulseMs?: number;
}

const backoff = { firstMs: 200, longestMs: 4000 };
/** After a connection of this length, the pauses before reconnecting start again from the shortest. */
const steadyMs = 5000;

/** Runs workers until `signal` aborts, and reconnects for as long as it takes. */
export async function serveTemporal(serving: Serving): Promise<void> {
  const { env, log, signal, onState } = serving;
  await keepRunning(
    async () => {
      try {
        await serveOnce(serving);
      } finally {
        serving.ended?.();
        onState(signal.aborted ? 'down' : 'degraded');
      }
    },
    {
      ...backoff,
      steadyMs,
      signal,
      onEnd(error, retry_in_ms) {
        // an unavailable Temporal is one line in the log; an unknown error keeps its stack
        const why = error instanceof TransportError ? { reason: error.message } : { err: error };
        const where = { address: env.TEMPORAL_ADDRESS, retry_in_ms };
        log.warn({ ...why, ...where }, 'no connection to Temporal; trying again');
      },
    },
  );
  onState('down');
}

async function serveOnce(serving: Serving): Promise<void> {
  const { env, signal, onState, pulseMs } = serving;
  const connection = await NativeConnection.connect({ address: env.TEMPORAL_ADDRESS });
  try {
    const workers = await serving.workers({ connection, namespace: env.TEMPORAL_NAMESPACE });
    const ask = () => connection.workflowService.getSystemInfo({});
    const pulse = pulseMs === undefined ? undefined : startPulse(pulseMs, ask, onState);
    try {
      await runWorkers(workers, signal, () => {
        onState('ok');
        serving.began?.(connection);
      });
    } finally {
      clearInterval(pulse);
    }
  } finally {
    await connection.close();
  }
}

/**
 * Runs workers until `signal` aborts or one of them ends; then shuts all of them down and waits for that.
 * @param began called once they run, unless the signal has aborted before
 */
async function runWorkers(
  workers: readonly Worker[],
  signal: AbortSignal,
  began: () => void,
): Promise<void> {
  const stop = (): void => {
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  signal.addEventListener('abort', stop);
  try {
    const running = Promise.all(workers.map((worker) => worker.run().finally(stop)));
    if (signal.aborted) stop();
    else began();
    await running;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/**
 * Reports `ok` when `call` succeeds, and `degraded` when it fails or takes longer than the interval. The native client
 * retries on its own without a limit, so each call starts only after the last one has ended.
 */
function startPulse(
  ms: number,
  call: () => Promise<unknown>,
  onState: (state: HealthState) => void,
): NodeJS.Timeout {
  let since: number | undefined;
  return setInterval(() => {
    if (since !== undefined) {
      if (performance.now() - since >= ms * 0.75) onState('degraded');
      return;
    }
    since = performance.now();
    void call()
      .then(
        () => onState('ok'),
        () => onState('degraded'),
      )
      .finally(() => {
        since = undefined;
      });
  }, ms);
}
