import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Address } from './temporal/relay.ts';

/** One thing that the stack is not ready without. */
export interface Check {
  name: string;
  passes: () => Promise<boolean>;
}

const lookMs = 50;
const callMs = 1_000;

/** Whether `GET /health` says ok there. */
export async function isHealthy({ host, port }: Address): Promise<boolean> {
  try {
    const answer = await fetch(`http://${host}:${port}/health`, {
      signal: AbortSignal.timeout(callMs),
    });
    return answer.ok && ((await answer.json()) as { status?: string }).status === 'ok';
  } catch {
    return false;
  }
}

/** Whether somebody accepts TCP connections there. */
export async function accepts({ host, port }: Address): Promise<boolean> {
  const socket = connect(port, host);
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(callMs) });
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** Waits until all checks have passed once, or `signal` aborts; calls `slow` with who is missing every `slowMs`. */
export async function untilReady(
  checks: Check[],
  signal: AbortSignal,
  slow: (missing: string[]) => void,
  slowMs = 10_000,
): Promise<void> {
  const missing = new Set(checks.map(({ name }) => name));
  const timer = setInterval(() => slow([...missing]), slowMs);
  await Promise.all(
    checks.map(async ({ name, passes }) => {
      while (!signal.aborted && !(await passes())) await sleep(lookMs);
      missing.delete(name);
    }),
  );
  clearInterval(timer);
}
