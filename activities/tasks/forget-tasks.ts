import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Store } from '../../store/index.ts';

const atOnce = 200;

export interface ForgetDeps {
  store: Pick<Store, 'tasks'>;
  /** Folder with the files of all tasks. */
  folder: string;
  historyMs: number;
  /** Epoch ms; the spawner writes the end of a task by the same wall clock. */
  wall: () => number;
  log: Logger;
}

/** Deletes tasks that ended more than `historyMs` ago, and the files of tasks that are no longer in the store. */
export async function forgetTasks(deps: ForgetDeps): Promise<void> {
  const before = deps.wall() - deps.historyMs;
  for (let rounds = 0; rounds < 100; rounds += 1) {
    if ((await deps.store.tasks.forget(before, atOnce)) === 0) break;
  }
  await removeFolders(deps);
}

/** Removes folders of unknown tasks, including tasks that another host has deleted from the store. */
async function removeFolders({ store, folder, log }: ForgetDeps): Promise<void> {
  const entries = await readdir(folder).catch(() => []);
  const names = entries.filter((name) => name.startsWith('spawn-'));
  for (let from = 0; from < names.length; from += atOnce) {
    const some = names.slice(from, from + atOnce);
    const known = new Set(await store.tasks.knownAmong(some));
    for (const name of some.filter((one) => !known.has(one))) {
      await rm(join(folder, name), { recursive: true, force: true }).catch((error: unknown) =>
        log.warn({ err: error, name }, 'could not remove the files of a deleted task'),
      );
    }
  }
}
