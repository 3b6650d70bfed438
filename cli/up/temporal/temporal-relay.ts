import { statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { spawnerService } from '../../../contracts/queues.ts';
import { engineLists } from './engine-lists.ts';
import { projectAdmission, serviceAdmission, type Admission } from './networks.ts';
import { isLoopback } from '../../../platform/loopback.ts';
import { startRelay } from './relay.ts';
import { runErrand } from '../run-errand.ts';
import type { UpSettings } from '../settings.ts';
import type { Stack } from '../stack.ts';

const retryMs = 5_000;

/**
 * Opens the way from window roles to a Temporal server on a loopback address, and keeps it open until `signal` aborts:
 * for VX11's own stack to all of its networks, for a user's stack to the containers of its service `spawner` alone, once
 * the file has one. Temporal asks for no token, so no other container of a user may reach it. Nothing to do where
 * Temporal is elsewhere, or where the Engine's bridge is not on this machine (there `host.docker.internal` reaches
 * loopback addresses by itself). While the Engine or the compose file are not in order it tries again; the first
 * reason goes to `say`.
 */
export async function keepTemporalDoor(
  settings: UpSettings,
  firstReading: Promise<Stack>,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<void> {
  if (!isLoopback(settings.temporal.host)) return;
  let reading = firstReading;
  let version = versionOf(settings.composeFile);
  let admits = nobody;
  let open = false;
  let told = false;
  while (!signal.aborted) {
    // a user's stack that cannot be read is told of by others, and may need no way at all
    let needed = settings.ownStack;
    try {
      const admission = admissionFor(settings, await reading);
      admits = admission ?? nobody;
      if (admission !== undefined && !open) {
        needed = true;
        const host = await runErrand('bridge', settings).result;
        const listen = { host, port: settings.temporal.port };
        const relay = await startRelay(listen, settings.temporal, (ip) => admits(ip));
        open = true;
        if (signal.aborted) relay.close();
        signal.addEventListener('abort', () => relay.close());
      }
      version = await untilChanged(settings.composeFile, version, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EADDRNOTAVAIL') return; // The bridge is elsewhere.
      if (needed && !told) {
        say(`Window containers cannot reach Temporal yet: ${(error as Error).message}`);
        told = true;
      }
      await sleep(retryMs, undefined, { signal }).catch(() => undefined);
    }
    if (signal.aborted) return;
    reading = runErrand('stack', settings).result;
    reading.catch(() => undefined);
  }
}

const nobody: Admission = () => Promise.resolve(false);

/** Who may reach Temporal; undefined where nobody of the stack needs it. */
function admissionFor(
  { ownStack, dockerSocket }: UpSettings,
  { project, windowServices }: Stack,
): Admission | undefined {
  const engine = engineLists(dockerSocket);
  if (ownStack) return projectAdmission(engine, project);
  if (!windowServices.includes(spawnerService)) return undefined;
  return serviceAdmission(engine, project, spawnerService);
}

/** Waits until the file is another one than it was, and gives its new version. */
async function untilChanged(file: string, before: string, signal: AbortSignal): Promise<string> {
  while (!signal.aborted) {
    await sleep(retryMs, undefined, { signal }).catch(() => undefined);
    const now = versionOf(file);
    if (now !== before) return now;
  }
  return before;
}

function versionOf(file: string): string {
  const found = statSync(file, { throwIfNoEntry: false });
  return found === undefined ? 'none' : `${found.ino} ${found.mtimeMs} ${found.size}`;
}
