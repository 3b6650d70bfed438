import Docker from 'dockerode';
import { timeout } from '../../platform/concurrency/timeout.ts';

/** How long the Engine may take over a call. */
const callMs = 10_000;
/** A removal waits for the container's processes to end. */
const removeMs = 60_000;

/** The Engine as commands ask it: each call has a deadline, and rejects with what took too long. */
export interface EngineCalls {
  docker: Docker;
  ask<T>(what: string, call: Promise<T>): Promise<T>;
  remove<T>(what: string, call: Promise<T>): Promise<T>;
}

/** A connection that hangs is closed too, so that it keeps no command from its end. */
export const engineAt = (socketPath: string): EngineCalls => ({
  docker: new Docker({ socketPath, timeout: removeMs }),
  ask: (what, call) => timeout(callMs, what, call),
  remove: (what, call) => timeout(removeMs, what, call),
});
