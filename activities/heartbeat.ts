import { ApplicationFailure, Context } from '@temporalio/activity';
import { errorCatalog, VX11Error } from '../contracts/errors.ts';

const heartbeatMs = 1000;

/**
 * Sends heartbeats while `work` runs, so that another worker takes over soon after a crash.
 * @param details what each heartbeat says, such as how far the work is
 */
export async function withHeartbeat<T>(
  work: () => Promise<T>,
  details: () => unknown = () => undefined,
): Promise<T> {
  const beat = setInterval(() => Context.current().heartbeat(details()), heartbeatMs);
  try {
    return await work();
  } finally {
    clearInterval(beat);
  }
}

/** Runs `work` with heartbeats, and marks errors that Temporal must not retry. */
export const attempt = <T>(work: () => Promise<T>): Promise<T> =>
  withHeartbeat(work).catch((error: unknown) => {
    if (!(error instanceof VX11Error) || errorCatalog[error.code].retry) throw error;
    throw ApplicationFailure.nonRetryable(error.message, error.code);
  });
