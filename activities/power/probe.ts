import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ContainerFacts } from '../engine/container-facts.ts';
import type { PowerHost } from './host.ts';

export type Listening = 'yes' | 'not yet' | 'cannot tell';

const firstPauseMs = 200;
const portPauseMs = 50;

/** Where no address of the container can be reached from here, waiting would tell nothing. */
export async function listening(addresses: string[], ports: number[]): Promise<Listening> {
  const probes = addresses.flatMap((host) => ports.map((port) => probe(host, port)));
  const answers = await Promise.all(probes);
  if (answers.includes('yes')) return 'yes';
  return answers.includes('not yet') ? 'not yet' : 'cannot tell';
}

/**
 * Runs a container's own health check until it passes: the Engine asks for the first time only an interval after the
 * start. A check costs the host some 70 ms of CPU, so it waits until a port listens, where that can be told, goes
 * behind starts, and comes less and less often, down to the Engine's own interval, from where the Engine does it.
 * @returns false when the Engine's word is to be waited for
 */
export async function untilCheckPasses(
  { engine, slots }: Pick<PowerHost, 'engine' | 'slots'>,
  { id, health_check, ...facts }: ContainerFacts,
  ports: number[],
  signal: AbortSignal,
): Promise<boolean> {
  const { test, interval_ms } = health_check ?? { test: [], interval_ms: 0 };
  for (let pause = firstPauseMs; pause < interval_ms; pause *= 2) {
    try {
      while ((await listening(facts.addresses, ports)) === 'not yet') {
        await sleep(portPauseMs, undefined, { signal });
      }
      if (await slots.start(async () => !signal.aborted && (await engine.passes(id, test))))
        return true;
      await sleep(pause, undefined, { signal });
    } catch {
      return false; // it went down, its check hangs, or nobody waits any more
    }
  }
  return false;
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
