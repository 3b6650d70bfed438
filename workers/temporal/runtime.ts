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
 * Installs the runtime of Temporal's native part: its logs go to our logger, and it handles no signals. To be called once,
 * before anything else of Temporal's worker package, which would otherwise install its own.
 * @returns a function that reads the SDK's metrics in the Prometheus text format; empty if they are off
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

/** Finds a free port for the SDK's metrics, since it takes an address, not a listener. Only this process reads them. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
