import { NativeConnection, TransportError, type Worker } from '@temporalio/worker';
import type { Logger } from 'pino';
import type { HealthState } from '../../contracts/service.ts';
import { keepRunning } from '../../platform/concurrency/keep-running.ts';

/** How a process works for Temporal. */
export interface Serving {
  env: { TEMPORAL_ADDRESS: string; TEMPORAL_NAMESPACE: string };
  log: Logger;
  signal: AbortSignal;
  /** Makes the workers of a new connection; what they hold is given back by `ended`. */
  workers(on: { connection: NativeConnection; namespace: string }): Promise<Worker[]>;
  /** They run. */
  began?(connection: NativeConnection): void;
  /** They run no more, or never did. */
  ended?(): void;
  /** `ok` while they run; `degraded` until a new connection is made; `down` at the end. */
  onState(state: HealthState): void;
  /** Asks Temporal this often whether it is there, where the state is to follow that too. */
  pulseMs?: number;
}

const backoff = { firstMs: 200, longestMs: 4000 };
/** A connection that lasted this long was well. */
const steadyMs = 5000;

/** Works for Temporal until `signal` aborts, and connects again for as long as it takes. */
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
        // a dependency that is away is one line; what we do not know keeps its stack
        const why = error instanceof TransportError ? { reason: error.message } : { err: error };
        const where = { address: env.TEMPORAL_ADDRESS, retry_in_ms };
        log.warn({ ...why, ...where }, 'Temporal does not take this worker yet');
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
 * Runs workers until `signal` aborts or one of them ends, and then all of them to their end.
 * @param began called once they run, unless the signal was aborted before
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
 * Tells `ok` when `call` is answered, `degraded` when it fails or takes longer than a beat. The native client retries by
 * itself for as long as it must, so a beat waits until the last one has ended.
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
