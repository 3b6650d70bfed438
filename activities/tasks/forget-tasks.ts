import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Store } from '../../store/index.ts';

const atOnce = 200;

export interface ForgetDeps {
  store: Pick<Store, 'spawns'>;
  /** Folder of what tasks leave. */
  folder: string;
  historyMs: number;
  /** Epoch ms, as the spawner writes when a task ended. */
  wall: () => number;
  log: Logger;
}

/** Forgets tasks that ended long ago, and the files of tasks that nobody knows. */
export async function forgetTasks(deps: ForgetDeps): Promise<void> {
  const before = deps.wall() - deps.historyMs;
  for (let rounds = 0; rounds < 100; rounds += 1) {
    if ((await deps.store.spawns.forget(before, atOnce)) === 0) break;
  }
  await removeFolders(deps);
}

/** Also of tasks that another host, which has no such folder, has forgotten. */
async function removeFolders({ store, folder, log }: ForgetDeps): Promise<void> {
  const entries = await readdir(folder).catch(() => []);
  const names = entries.filter((name) => name.startsWith('spawn-'));
  for (let from = 0; from < names.length; from += atOnce) {
    const some = names.slice(from, from + atOnce);
    const known = new Set(await store.spawns.knownAmong(some));
    for (const name of some.filter((one) => !known.has(one))) {
      await rm(join(folder, name), { recursive: true, force: true }).catch((error: unknown) =>
        log.warn({ err: error, name }, 'files of a forgotten task stay'),
      );
    }
  }
}
