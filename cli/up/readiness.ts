import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Address } from './temporal/relay.ts';

/** One condition for the stack to be ready. */
export interface Check {
  name: string;
  passes: () => Promise<boolean>;
}

const pollMs = 50;
const callMs = 1_000;

/**
 * Returns whether `GET /health` there answers with status `ok`.
 * @param url without a path
 */
export async function isHealthy(url: string, send: typeof fetch): Promise<boolean> {
  try {
    const answer = await send(`${url}/health`, {
      signal: AbortSignal.timeout(callMs),
    });
    return answer.ok && ((await answer.json()) as { status?: string }).status === 'ok';
  } catch {
    return false;
  }
}

/** Returns whether TCP connections are accepted there. */
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

/**
 * Waits until every check has passed once, or `signal` is aborted. Calls `slow` every `slowMs` with the names of the checks
 * that have not passed yet.
 */
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
      while (!signal.aborted && !(await passes())) await sleep(pollMs);
      missing.delete(name);
    }),
  );
  clearInterval(timer);
}
