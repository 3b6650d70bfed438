import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { SpawnView } from '../../contracts/spawn.ts';
import { spawnerService } from '../../contracts/queues.ts';
import { isLive } from '../../domain/lease.ts';
import type { Store } from '../../store/index.ts';
import { presenceMs } from '../../store/presence.ts';
import type { Ending } from '../../store/spawns.ts';
import type { SandboxSweep } from './sandbox-sweep.ts';
import type { SpawnKeeperActivities, Verdict } from './spawn-activities.ts';

/** Why a task's workflow is to end, and who says so. */
export type EndMessage = Pick<Ending, 'reason' | 'by'>;

/** What is asked of Temporal; all throw while it is away. */
export interface SpawnRuns {
  /** Does the task's workflow run? */
  runs(spawnId: string): Promise<boolean>;
  /** Tells it to end; one that has ended is no error. */
  end(spawnId: string, message: EndMessage): Promise<void>;
  /** The same, and starts one where there is none: it calls back whoever asked to be told of the end. */
  endAndCallBack(view: SpawnView, message: EndMessage): Promise<void>;
}

export interface SweepDeps {
  host: string;
  store: Store;
  runs: SpawnRuns;
  keeper: Pick<SpawnKeeperActivities, 'finishAttempt'>;
  sandboxes: SandboxSweep;
  /** Folder of what tasks leave. */
  folder: string;
  historyMs: number;
  clock: () => number;
  log: Logger;
}

/** A task as young as this may not have reached Temporal, nor its window's end the spawner. */
const youngMs = 10_000;
/** How long the spawner, and then its workflow, have to end a task by themselves. */
const patienceMs = 15_000;
const againMs = 30_000;
/** Looking after sandboxes goes on this long after the last task, then rests. */
const afterMs = 120_000;
const containersMs = 5000;
const forgetMs = 3_600_000;
const atOnce = 200;

/**
 * Sees to it that no task lives on when its window, its workflow or its spawner is gone. To be called every few
 * seconds; what concerns containers and rows needs no Temporal.
 */
export function createSpawnSweep(deps: SweepDeps): () => Promise<void> {
  const { host, store, log, clock } = deps;
  const looked = new Map<string, number>();
  /** Tasks that were ended without their workflow, which has not heard of it yet. */
  const unheard = new Map<string, { view: SpawnView; message: EndMessage }>();
  let lastBusy = clock();
  let lastContainers = 0;
  let lastForget = 0;

  const settle = async (view: SpawnView, verdict: Verdict): Promise<void> => {
    const record = await store.spawns.record(view.spawn_id);
    const last = record?.attempts.at(-1);
    // between two attempts, it is the next one that does not come
    const attempt = last === undefined ? 1 : last.attempt + (last.finished_at === null ? 0 : 1);
    const { spawn_id } = view;
    const { ended } = await deps.keeper.finishAttempt({ spawn_id, attempt, verdict });
    log.warn({ spawn_id, verdict, ended }, 'a task was ended without its workflow');
    const reason = verdict === 'window_closed' ? verdict : 'cancelled';
    if (ended) unheard.set(spawn_id, { view, message: { reason, by: 'madre' } });
  };
  const tell = (view: SpawnView, { reason, by }: Ending): Promise<void> =>
    deps.runs
      .end(view.spawn_id, { reason, by })
      .catch((error: unknown) => log.debug({ err: error }, 'a task is told to end again later'));
  const tellUnheard = async (): Promise<void> => {
    for (const [id, { view, message }] of unheard) {
      if (view.callback_url === null) await deps.runs.end(id, message);
      else await deps.runs.endAndCallBack(view, message);
      unheard.delete(id);
    }
  };
  const attend = async (
    { view, ending }: { view: SpawnView; ending: Ending | null },
    state: { open: boolean; present: boolean; now: number },
  ): Promise<void> => {
    const { now } = state;
    if (ending === null && !state.open) {
      const fresh: Ending = { reason: 'window_closed', by: 'madre', at: now };
      await store.spawns.requestEnd(view.spawn_id, fresh);
      return tell(view, fresh);
    }
    if (ending !== null) {
      const since = now - ending.at;
      // nobody is there who could run it: its end is only to be written down
      if (since > patienceMs || (!state.present && since > 2000))
        return settle(view, ending.reason);
      return since > 3000 ? tell(view, ending) : undefined;
    }
    if (now - Date.parse(view.expires_at) > 2 * patienceMs) return settle(view, 'out_of_time');
    const lastLook = looked.get(view.spawn_id) ?? Date.parse(view.created_at) + youngMs - againMs;
    if (now - lastLook < againMs) return undefined;
    looked.set(view.spawn_id, now);
    if (await deps.runs.runs(view.spawn_id)) return undefined;
    // it may have ended this very moment
    const fresh = await store.spawns.record(view.spawn_id);
    if (fresh === null || fresh.spec === null) return undefined;
    await store.spawns.requestEnd(view.spawn_id, { reason: 'cancelled', by: 'madre', at: now });
    return settle(view, 'lost');
  };
  const containers = async (present: boolean, now: number): Promise<void> => {
    if (now - lastContainers < containersMs) return;
    lastContainers = now;
    const removed = await deps.sandboxes.remove(present ? { past: now } : 'all');
    if (removed > 0) log.warn({ removed }, 'sandboxes without a spawner were removed');
  };
  const forget = async (now: number): Promise<void> => {
    if (now - lastForget < forgetMs) return;
    lastForget = now;
    for (let rounds = 0; rounds < 100; rounds += 1) {
      if ((await store.spawns.forget(now - deps.historyMs, atOnce)) === 0) break;
    }
    await removeFolders();
  };
  /** Also of tasks that another host, which has no such folder, has forgotten. */
  const removeFolders = async (): Promise<void> => {
    const entries = await readdir(deps.folder).catch(() => []);
    const names = entries.filter((name) => name.startsWith('spawn-'));
    for (let from = 0; from < names.length; from += atOnce) {
      const some = names.slice(from, from + atOnce);
      const known = new Set(await store.spawns.knownAmong(some));
      for (const name of some.filter((one) => !known.has(one))) {
        await rm(join(deps.folder, name), { recursive: true, force: true }).catch(
          (error: unknown) => log.warn({ err: error, name }, 'files of a forgotten task stay'),
        );
      }
    }
  };

  return async () => {
    const now = clock();
    const live = (await store.spawns.live()).filter(({ view }) => view.host === host);
    const ids = new Set(live.map(({ view }) => view.spawn_id));
    for (const id of looked.keys()) if (!ids.has(id)) looked.delete(id);
    if (live.length > 0) lastBusy = now;
    await forget(now);
    await tellUnheard().catch((error: unknown) =>
      log.debug({ err: error }, 'workflows hear later that their tasks have ended'),
    );
    if (now - lastBusy > afterMs) return;
    const leases = await store.leases.ofHost(host);
    const open = leases.some((lease) => lease.service === spawnerService && isLive(lease, now));
    const beats = await store.presence.list();
    const present = beats.some(
      (one) => one.process === spawnerService && one.host === host && one.at + 2 * presenceMs > now,
    );
    for (const one of live) {
      await attend(one, { open, present, now }).catch((error: unknown) => {
        log.debug({ err: error, spawn_id: one.view.spawn_id }, 'a task is looked after later');
      });
    }
    await containers(present, now);
  };
}
