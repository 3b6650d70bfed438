import { connect } from 'node:net';
import { poll } from '../../../platform/concurrency/poll.ts';
import { retry } from '../../../platform/concurrency/retry.ts';
import type { ContainerFacts } from '../../engine/container-facts.ts';
import type { PowerHost } from '../host/host.ts';

export type Listening = 'yes' | 'not yet' | 'cannot tell';

const firstPauseMs = 200;
const portPauseMs = 50;

/**
 * Checks whether a port listens. `cannot tell` means that no address is reachable from here, so waiting is useless.
 */
export async function listening(addresses: string[], ports: number[]): Promise<Listening> {
  const probes = addresses.flatMap((host) => ports.map((port) => probe(host, port)));
  const answers = await Promise.all(probes);
  if (answers.includes('yes')) return 'yes';
  return answers.includes('not yet') ? 'not yet' : 'cannot tell';
}

/**
 * Runs a container's health check until it passes, because the Engine runs it only one interval after the start. A
 * check costs the host about 70 ms of CPU. So it waits until a port listens, if that can be observed, and the pause
 * between checks doubles up to twice the Engine's interval. It runs for as long as the caller waits, since an Engine
 * that was killed during a start may never run the check.
 * @returns false on abort, or if there is no health check
 */
export async function untilCheckPasses(
  { engine, slots }: Pick<PowerHost, 'engine' | 'slots'>,
  { id, health_check, addresses }: ContainerFacts,
  ports: number[],
  signal: AbortSignal,
): Promise<boolean> {
  if (health_check === null) return false;
  const { interval_ms } = health_check;
  const passes = (): Promise<boolean> =>
    // the caller handles an unavailable Engine, an exited container and a hanging check
    slots
      .ask(() => (signal.aborted ? Promise.resolve(false) : engine.passes(id, health_check)))
      .catch(() => false);
  const listens = async (): Promise<true | null> =>
    (await listening(addresses, ports)) === 'not yet' ? null : true;
  const tried = async (): Promise<true> => {
    await poll(listens, { everyMs: portPauseMs, signal });
    if (await passes()) return true;
    throw new Error('the health check did not pass');
  };
  const backoff = (_: unknown, failures: number): number =>
    Math.min(firstPauseMs * 2 ** (failures - 1), interval_ms * 2);
  return retry(tried, { backoff, signal }).catch(() => false); // the caller no longer waits
}

function probe(host: string, port: number): Promise<Listening> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 1000 });
    const answer = (listens: Listening): void => {
      socket.destroy();
      resolve(listens);
    };
    socket
      .once('connect', () => answer('yes'))
      .once('timeout', () => answer('cannot tell'))
      .once('error', (error: NodeJS.ErrnoException) =>
        answer(error.code === 'ECONNREFUSED' ? 'not yet' : 'cannot tell'),
      );
  });
}
