import { statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { spawnerService } from '../../../contracts/queues.ts';
import { engineLists } from './engine-lists.ts';
import { projectAdmission, serviceAdmission, type Admission } from './networks.ts';
import { isLoopback } from '../../../platform/network/loopback.ts';
import { startRelay } from './relay.ts';
import { runErrand } from '../run-errand.ts';
import type { UpSettings } from '../settings.ts';
import type { Stack } from '../stack.ts';

const retryMs = 5_000;

/**
 * Relays connections from containers to a Temporal server on a loopback address until `signal` is aborted. For VX11's own
 * stack it admits all networks of the project; for a user's stack only the containers of its service `spawner`, once the
 * file has one, because Temporal needs no token and no other container may reach it. It does nothing if Temporal runs
 * elsewhere, or if the Engine's bridge is not on this machine (`host.docker.internal` then reaches loopback addresses by
 * itself). It retries while the Engine does not answer or the compose file is not valid, and prints only the first reason.
 */
export async function keepTemporalRelay(
  settings: UpSettings,
  firstReading: Promise<Stack>,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<void> {
  if (!isLoopback(settings.temporal.host)) return;
  let reading = firstReading;
  let watched: readonly string[] = [];
  let version = '';
  let admits = nobody;
  let open = false;
  let reported = false;
  while (!signal.aborted) {
    // a user's stack that cannot be read is reported elsewhere, and may need no relay at all
    let needed = settings.ownStack;
    try {
      const stack = await reading;
      const admission = admissionFor(settings, stack);
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
      // a change since the reading began is seen, unless the stack has other files now
      if (stack.watched.join() !== watched.join()) version = versionOf(stack.watched);
      ({ watched } = stack);
      version = await untilChanged(watched, version, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EADDRNOTAVAIL') return; // the bridge is elsewhere
      if (needed && !reported) {
        say(`Window containers cannot reach Temporal yet: ${(error as Error).message}`);
        reported = true;
      }
      await sleep(retryMs, undefined, { signal }).catch(() => undefined);
    }
    if (signal.aborted) return;
    reading = runErrand('stack', settings).result;
    reading.catch(() => undefined);
  }
}

const nobody: Admission = () => Promise.resolve(false);

/** Returns which containers may reach Temporal; undefined if no service of the stack needs it. */
function admissionFor(
  { ownStack, dockerSocket }: UpSettings,
  { project, windowServices }: Stack,
): Admission | undefined {
  const engine = engineLists(dockerSocket);
  if (ownStack) return projectAdmission(engine, project);
  if (!windowServices.includes(spawnerService)) return undefined;
  return serviceAdmission(engine, project, spawnerService);
}

/** Waits until one of the files changes, comes or goes, and returns their new version. */
async function untilChanged(
  files: readonly string[],
  before: string,
  signal: AbortSignal,
): Promise<string> {
  while (!signal.aborted) {
    await sleep(retryMs, undefined, { signal }).catch(() => undefined);
    const now = versionOf(files);
    if (now !== before) return now;
  }
  return before;
}

function versionOf(files: readonly string[]): string {
  const each = files.map((file) => {
    const found = statSync(file, { throwIfNoEntry: false });
    return found === undefined ? 'none' : `${found.ino} ${found.mtimeMs} ${found.size}`;
  });
  return each.join();
}
