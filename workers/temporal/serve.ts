import { NativeConnection, TransportError, type Worker } from '@temporalio/worker';
import type { Logger } from 'pino';
import type { z } from 'zod';
import type { envVariables } from '../../contracts/env.ts';
import { VX11Error } from '../../contracts/errors.ts';
import type { HealthState } from '../../contracts/service.ts';
import type { temporalVariables } from '../../contracts/tls.ts';
import { keepRunning } from '../../platform/concurrency/keep-running.ts';
import { logExpiry, logged } from '../../platform/tls/log.ts';
import type { Live } from '../../platform/tls/live.ts';
import {
  followTemporal,
  temporalSettings,
  type TemporalCredentials,
} from '../../platform/tls/temporal.ts';
import { tlsTrouble } from '../../platform/tls/trouble.ts';

/** Where Temporal is, and with which certificates and key it is reached. */
export type TemporalEnvironment = Pick<
  { [Name in keyof typeof envVariables]: z.output<(typeof envVariables)[Name]> },
  (typeof temporalVariables)[number]
>;

/** How a process serves Temporal. */
export interface Serving {
  env: Pick<TemporalEnvironment, 'TEMPORAL_ADDRESS' | 'TEMPORAL_NAMESPACE'> &
    Partial<TemporalEnvironment>;
  log: Logger;
  signal: AbortSignal;
  /** Creates the workers of a new connection; `ended` frees what they hold. */
  workers(on: { connection: NativeConnection; namespace: string }): Promise<Worker[]>;
  /** Called once the workers run, and again when they have moved to a connection with other certificates. */
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
  const what = 'what is shown to Temporal';
  const live = followTemporal(temporalSettings(env), logged(log, what));
  const stopWarning = logExpiry(log, what, () => live.current());
  await keepRunning(
    async () => {
      try {
        await serveOnce(serving, live);
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
        const where = { address: env.TEMPORAL_ADDRESS, retry_in_ms };
        if (error instanceof VX11Error) {
          const { code, message: reason } = error;
          log.error({ error: code, reason, ...where }, 'Temporal cannot be used; trying again');
          return;
        }
        // an unavailable Temporal is one line in the log; an unknown error keeps its stack
        const why = error instanceof TransportError ? { reason: error.message } : { err: error };
        const because = tlsTrouble(error) ?? undefined;
        log.warn({ ...why, because, ...where }, 'no connection to Temporal; trying again');
      },
    },
  );
  live.stop();
  stopWarning();
  onState('down');
}

async function serveOnce(serving: Serving, live: Live<TemporalCredentials>): Promise<void> {
  const { env, log, signal, onState, pulseMs } = serving;
  const connect = (): Promise<NativeConnection> => connectNatively(env.TEMPORAL_ADDRESS, live);
  let connection = await connect();
  const earlier: NativeConnection[] = [];
  let forget: (() => void) | undefined;
  try {
    const workers = await serving.workers({ connection, namespace: env.TEMPORAL_NAMESPACE });
    const ask = () => connection.workflowService.getSystemInfo({});
    const pulse = pulseMs === undefined ? undefined : startPulse(pulseMs, ask, onState);
    /** Takes the workers, and what they do, to a connection with the new files. */
    const move = async (): Promise<void> => {
      const next = await connect();
      for (const worker of workers) worker.connection = next;
      // calls on the last one may go on; those on older ones have had their time
      for (const old of earlier.splice(0)) await old.close();
      earlier.push(connection);
      connection = next;
      serving.began?.(next);
      log.info('moved to a new connection to Temporal');
    };
    const onFailure = (error: unknown): void =>
      log.error({ err: error, because: tlsTrouble(error) ?? undefined }, 'could not reconnect');
    try {
      await runWorkers(workers, signal, () => {
        onState('ok');
        serving.began?.(connection);
        forget = live.onChange(() => void move().catch(onFailure));
      });
    } finally {
      clearInterval(pulse);
    }
  } finally {
    forget?.();
    for (const one of [...earlier, connection]) await one.close();
  }
}

/** Connects with the files of the moment. */
async function connectNatively(
  address: string,
  live: Live<TemporalCredentials>,
): Promise<NativeConnection> {
  const { tls, apiKey } = live.current();
  return NativeConnection.connect({ address, tls, ...(apiKey !== undefined && { apiKey }) });
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
