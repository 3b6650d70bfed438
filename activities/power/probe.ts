import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ContainerFacts } from '../engine/container-facts.ts';
import type { Engine } from '../engine/engine.ts';

export type Listening = 'yes' | 'not yet' | 'cannot tell';

const firstPauseMs = 100;
const longestPauseMs = 2000;

/** Where no address of the container can be reached from here, waiting would tell nothing. */
export async function listening(facts: ContainerFacts, ports: number[]): Promise<Listening> {
  const probes = facts.addresses.flatMap((host) => ports.map((port) => probe(host, port)));
  const answers = await Promise.all(probes);
  if (answers.includes('yes')) return 'yes';
  return answers.includes('not yet') ? 'not yet' : 'cannot tell';
}

/**
 * Runs a container's own health check until it passes: the Engine asks for the first time only an interval after the
 * start. A check costs the host some 70 ms of CPU, so it waits until a port listens, where that can be told, and then
 * comes less and less often.
 * @returns false when the check cannot be run from here, or `signal` was aborted
 */
export async function untilCheckPasses(
  engine: Engine,
  facts: ContainerFacts,
  ports: number[],
  signal: AbortSignal,
): Promise<boolean> {
  const { id, health_test } = facts;
  if (health_test === null) return false;
  for (let pause = firstPauseMs; !signal.aborted; pause = Math.min(pause * 2, longestPauseMs)) {
    try {
      while ((await listening(facts, ports)) === 'not yet') await sleep(50, undefined, { signal });
      if (await engine.passes(id, health_test)) return true;
      await sleep(pause, undefined, { signal });
    } catch {
      return false; // it went down, or its check hangs: the Engine's own checks decide
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
