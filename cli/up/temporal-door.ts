import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';
import { bridgeAddress, projectAdmission } from './networks.ts';
import { startRelay } from './relay.ts';
import { isLoopback, type UpSettings } from './settings.ts';
import { readStack, type Stack } from './stack.ts';

const retryMs = 5_000;

/**
 * Opens the way from VX11's own window roles to a Temporal server on a loopback address, and keeps it open until
 * `signal` aborts. A user's stack gets none: nobody there needs it, and Temporal asks for no token. Nothing to do where
 * Temporal is elsewhere, or where the Engine's bridge is not on this machine (there `host.docker.internal` reaches
 * loopback addresses by itself). While the Engine or the compose file are not in order it tries again; the first
 * reason goes to `say`.
 */
export async function keepTemporalDoor(
  settings: UpSettings,
  docker: Docker,
  firstReading: Promise<Stack>,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<void> {
  if (!settings.ownStack || !isLoopback(settings.temporal.host)) return;
  let reading = firstReading;
  let told = false;
  while (!signal.aborted) {
    try {
      const { project } = await reading;
      const host = await bridgeAddress(docker);
      const listen = { host, port: settings.temporal.port };
      const relay = await startRelay(listen, settings.temporal, projectAdmission(docker, project));
      if (signal.aborted) relay.close();
      signal.addEventListener('abort', () => relay.close());
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EADDRNOTAVAIL') return; // The bridge is elsewhere.
      if (!told) say(`Window containers cannot reach Temporal yet: ${(error as Error).message}`);
      told = true;
    }
    await sleep(retryMs, undefined, { signal }).catch(() => undefined);
    reading = readStack(settings);
    reading.catch(() => undefined);
  }
}
