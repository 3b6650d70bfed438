import { Context } from '@temporalio/activity';

const heartbeatMs = 1000;

/** Sends heartbeats while `work` runs, so that another worker takes over soon after a crash. */
export async function withHeartbeat<T>(work: () => Promise<T>): Promise<T> {
  const beat = setInterval(() => Context.current().heartbeat(), heartbeatMs);
  try {
    return await work();
  } finally {
    clearInterval(beat);
  }
}
