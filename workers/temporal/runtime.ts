import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { DefaultLogger, Runtime, type LogLevel } from '@temporalio/worker';
import type { Logger } from 'pino';

const levels: Record<LogLevel, 'trace' | 'debug' | 'info' | 'warn' | 'error'> = {
  TRACE: 'trace',
  DEBUG: 'debug',
  INFO: 'info',
  WARN: 'warn',
  ERROR: 'error',
};

/**
 * Prepares Temporal's native part: its logs go into ours, and signals stay ours. To be called once, before
 * anything else of Temporal's worker package, which would install its own otherwise.
 * @returns what reads the SDK's metrics in Prometheus' text form; empty where none were wanted
 */
export async function installTemporalRuntime(
  logger: Logger,
  wants: { metrics: boolean } = { metrics: false },
): Promise<() => Promise<string>> {
  const port = wants.metrics ? await freePort() : null;
  const metrics =
    port === null ? {} : { metrics: { prometheus: { bindAddress: `127.0.0.1:${port}` } } };
  Runtime.install({
    shutdownSignals: [],
    logger: new DefaultLogger('WARN', ({ level, message, meta }) =>
      logger[levels[level]](meta ?? {}, message),
    ),
    telemetryOptions: {
      ...metrics,
      logging: { filter: { core: 'ERROR', other: 'ERROR' }, forward: {} },
    },
  });
  return async () => {
    if (port === null) return '';
    const answer = await fetch(`http://127.0.0.1:${port}/metrics`, {
      signal: AbortSignal.timeout(1000),
    });
    return answer.text();
  };
}

/** The SDK takes an address to serve its metrics on, not a listener; only this process asks there. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
