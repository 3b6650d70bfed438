import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { SpawnView } from '../../contracts/spawn.ts';
import { spawnerService } from '../../contracts/queues.ts';
import { isLive } from '../../domain/lease.ts';
import type { Store } from '../../store/index.ts';
import { presenceMs } from '../../store/presence.ts';
import type { Ending } from '../../store/spawns.ts';
import type { Clock } from '../clock.ts';
import type { SandboxSweep } from './sandbox-sweep.ts';
import type { SpawnKeeperActivities, Verdict } from './spawn-activities.ts';
import type { SpawnerWatch } from './spawner-watch.ts';

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
  watch: SpawnerWatch;
  /** Of leases, which are written by it. */
  clock: Clock;
  /** Epoch ms, as the gateway and the spawner write them: of all that tasks and sandboxes carry. */
  wall: () => number;
  /** Of all that is waited for here. */
  monotonic: () => number;
  log: Logger;
}

/** What this process has seen of a live task, by its own monotonic clock. */
interface Seen {
  /** When it is due to be looked up in Temporal. */
  askAt: number;
  /** Since when it is to end. */
  endingSince: number | null;
}

/** A task that was first seen as lately as this may not have reached Temporal. */
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
  const { host, store, log, wall, monotonic } = deps;
  const seen = new Map<string, Seen>();
  /** Tasks that were ended without their workflow, which has not heard of it yet. */
  const unheard = new Map<string, { view: SpawnView; message: EndMessage }>();
  let lastBusy = monotonic();
  let lastContainers = -Infinity;
  let lastForget = -Infinity;

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
  const seenOf = (spawnId: string, now: number): Seen => {
    const known = seen.get(spawnId);
    if (known !== undefined) return known;
    const fresh = { askAt: now + youngMs, endingSince: null };
    seen.set(spawnId, fresh);
    return fresh;
  };
  const attend = async (
    { view, ending }: { view: SpawnView; ending: Ending | null },
    state: { open: boolean; present: boolean; now: number },
  ): Promise<void> => {
    const { now } = state;
    const task = seenOf(view.spawn_id, now);
    if (ending === null && !state.open) {
      const fresh: Ending = { reason: 'window_closed', by: 'madre', at: wall() };
      await store.spawns.requestEnd(view.spawn_id, fresh);
      task.endingSince = now;
      return tell(view, fresh);
    }
    if (ending !== null) {
      task.endingSince ??= now;
      const since = now - task.endingSince;
      // nobody is there who could run it: its end is only to be written down
      if (since > patienceMs || (!state.present && since > 2000))
        return settle(view, ending.reason);
      return since > 3000 ? tell(view, ending) : undefined;
    }
    if (wall() - Date.parse(view.expires_at) > 2 * patienceMs) return settle(view, 'out_of_time');
    if (now < task.askAt) return undefined;
    task.askAt = now + againMs;
    if (await deps.runs.runs(view.spawn_id)) return undefined;
    // it may have ended this very moment
    const fresh = await store.spawns.record(view.spawn_id);
    if (fresh === null || fresh.spec === null) return undefined;
    await store.spawns.requestEnd(view.spawn_id, { reason: 'cancelled', by: 'madre', at: wall() });
    return settle(view, 'lost');
  };
  const containers = async (present: boolean, now: number): Promise<void> => {
    if (now - lastContainers < containersMs) return;
    lastContainers = now;
    const removed = await deps.sandboxes.remove(present ? { past: wall() } : 'all');
    if (removed > 0) log.warn({ removed }, 'sandboxes without a spawner were removed');
  };
  const forget = async (now: number): Promise<void> => {
    if (now - lastForget < forgetMs) return;
    lastForget = now;
    for (let rounds = 0; rounds < 100; rounds += 1) {
      if ((await store.spawns.forget(wall() - deps.historyMs, atOnce)) === 0) break;
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
    // also at rest: a spawner that was watched is known
    const { silentMs } = await deps.watch.look();
    const now = monotonic();
    const live = (await store.spawns.live()).filter(({ view }) => view.host === host);
    const ids = new Set(live.map(({ view }) => view.spawn_id));
    for (const id of seen.keys()) if (!ids.has(id)) seen.delete(id);
    if (live.length > 0) lastBusy = now;
    await forget(now);
    await tellUnheard().catch((error: unknown) =>
      log.debug({ err: error }, 'workflows hear later that their tasks have ended'),
    );
    if (now - lastBusy > afterMs) return;
    const leases = await store.leases.ofHost(host);
    const open = leases.some(
      (lease) => lease.service === spawnerService && isLive(lease, deps.clock()),
    );
    const present = silentMs < 2 * presenceMs;
    for (const one of live) {
      await attend(one, { open, present, now }).catch((error: unknown) => {
        log.debug({ err: error, spawn_id: one.view.spawn_id }, 'a task is looked after later');
      });
    }
    await containers(present, now);
  };
}
