import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ContainerFacts } from '../../engine/container-facts.ts';
import type { PowerHost } from '../host/host.ts';

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
 * start. A check costs the host some 70 ms of CPU, so it waits until a port listens, where that can be told,
 * and comes less and less often, down to half as often as the Engine's own; and goes on for as
 * long as somebody waits, since an Engine that was killed in a start may have forgotten to ask.
 * @returns false once `signal` is aborted, or where there is no check
 */
export async function untilCheckPasses(
  { engine, slots }: Pick<PowerHost, 'engine' | 'slots'>,
  { id, health_check, addresses }: ContainerFacts,
  ports: number[],
  signal: AbortSignal,
): Promise<boolean> {
  if (health_check === null) return false;
  const { test, interval_ms } = health_check;
  const passes = (): Promise<boolean> =>
    // an Engine that is away, a container that has just ended, a check that hangs: who waits looks at all of them
    slots
      .ask(() => (signal.aborted ? Promise.resolve(false) : engine.passes(id, test)))
      .catch(() => false);
  for (let pause = firstPauseMs; !signal.aborted; pause = Math.min(pause * 2, interval_ms * 2)) {
    try {
      while ((await listening(addresses, ports)) === 'not yet') {
        await sleep(portPauseMs, undefined, { signal });
      }
      if (await passes()) return true;
      await sleep(pause, undefined, { signal });
    } catch {
      return false; // nobody waits any more
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
