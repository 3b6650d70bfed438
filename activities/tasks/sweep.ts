import type { Logger } from 'pino';
import type { SpawnView } from '../../contracts/spawn.ts';
import { spawnerService } from '../../contracts/queues.ts';
import { isLive } from '../../domain/windows/lease.ts';
import type { Store } from '../../store/index.ts';
import { presenceMs } from '../../store/system/presence.ts';
import type { Ending } from '../../store/tasks/task-ends.ts';
import type { Clock } from '../../platform/clock.ts';
import {
  createBoundedRound,
  throwFailures,
  type RoundOutcome,
} from '../../platform/concurrency/bounded-round.ts';
import { forgetTasks } from './forget-tasks.ts';
import type { SandboxSweep } from './sandbox-sweep.ts';
import type { TaskLifecycleActivities, AttemptOutcome } from './spawn-activities.ts';
import type { SpawnerWatch } from './spawner-watch.ts';

/** Why a task's workflow is to end, and who says so. */
export type EndMessage = Pick<Ending, 'reason' | 'by'>;

/** What is asked of Temporal; all throw while it is away. */
export interface TaskRuns {
  /** Does the task's workflow run? */
  runs(spawnId: string): Promise<boolean>;
  /** Tells it to end; one that has ended is no error. */
  end(spawnId: string, message: EndMessage): Promise<void>;
  /**
   * The same, and starts one where there is none: it calls back whoever asked to be told of the end. False where one has
   * come to its end, and so has done that, or given it up.
   */
  endAndCallBack(view: SpawnView, message: EndMessage): Promise<boolean>;
}

export interface SweepDeps {
  host: string;
  store: Store;
  runs: TaskRuns;
  keeper: Pick<TaskLifecycleActivities, 'finishAttempt'>;
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

type Live = Awaited<ReturnType<Store['spawns']['live']>>[number];

/** What this process has seen of a live task, by its own monotonic clock. */
interface Seen {
  /** When it is due to be looked up in Temporal. */
  askAt: number;
  /** Since when it is to end. */
  endingSince: number | null;
  /** When its workflow is due to be told so. */
  tellAt: number;
}

/** What a round has to do for tasks: first with the store and the Engine, then with Temporal. */
interface Due {
  settle: { view: SpawnView; verdict: AttemptOutcome }[];
  tell: { view: SpawnView; message: EndMessage }[];
  ask: SpawnView[];
  /** Ended tasks whose end is yet to be told to whoever asked for that. */
  callBack: SpawnView[];
}

/** One thing that is asked of Temporal. */
interface Job {
  key: string;
  work: () => Promise<void>;
}

/** A task that was first seen as lately as this may not have reached Temporal. */
const youngMs = 10_000;
/** How long the spawner, and then its workflow, have to end a task by themselves. */
const patienceMs = 15_000;
/** The same where nobody is there who could run it. */
const nobodyMs = 2000;
/** Who ends a task tells its workflow too, before we do. */
const tellAfterMs = 3000;
const tellAgainMs = 5000;
const askAgainMs = 30_000;
/** Looking after sandboxes goes on this long after the last task, then rests. */
const afterMs = 120_000;
const containersMs = 5000;
const forgetMs = 3_600_000;
/** So many tasks are marked in one transaction. */
const marksAtOnce = 500;
/** So many callbacks are looked after at once. */
const callbacksAtOnce = 100;
/** Of tasks whose end is written down: each asks the Engine whether a sandbox is left. */
const settling = { atOnce: 8, ms: 2500 };
/** Of all that is asked of Temporal in a round: standing still, it holds nothing else up. */
const asking = { atOnce: 16, ms: 1500 };

/**
 * Sees to it that no task lives on when its window, its workflow or its spawner is gone. To be called every few
 * seconds; what concerns containers and rows needs no Temporal, and comes first. A round throws at its end where one of
 * them could not be looked after.
 */
export function createTaskSweep(deps: SweepDeps): () => Promise<void> {
  const { host, store, runs, log, wall, monotonic } = deps;
  const seen = new Map<string, Seen>();
  /** When the workflow of an ended task is to be looked for, which has called nobody back yet. */
  const untold = new Map<string, number>();
  /** Tasks that were ended without their workflow, which has not heard of it yet. */
  const unheard = new Map<string, { view: SpawnView; message: EndMessage }>();
  let lastBusy = monotonic();
  let lastContainers = -Infinity;
  let lastForget = -Infinity;

  const settleAll = createBoundedRound<Due['settle'][number]>(
    settling,
    ({ view }) => view.spawn_id,
  );
  const askAll = createBoundedRound<Job>(asking, ({ key }) => key);
  const seenOf = ({ spawn_id }: SpawnView, now: number): Seen => {
    const known = seen.get(spawn_id);
    if (known !== undefined) return known;
    const fresh = { askAt: now + youngMs, endingSince: null, tellAt: Infinity };
    seen.set(spawn_id, fresh);
    return fresh;
  };
  const settle = async (view: SpawnView, verdict: AttemptOutcome): Promise<void> => {
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
  /** The window is closed: what is not told to end yet is. */
  const endAll = async (live: Live[], now: number): Promise<void> => {
    const ending: Ending = { reason: 'window_closed', by: 'madre', at: wall() };
    const unended = live.filter((one) => one.ending === null);
    for (let from = 0; from < unended.length; from += marksAtOnce) {
      const some = unended.slice(from, from + marksAtOnce);
      await store.spawns.requestEnd(
        some.map(({ view }) => view.spawn_id),
        ending,
      );
      for (const one of some) {
        one.ending = ending;
        Object.assign(seenOf(one.view, now), { endingSince: now, tellAt: now });
      }
    }
  };
  const dueOf = (live: Live[], present: boolean, now: number): Omit<Due, 'callBack'> => {
    const due: Omit<Due, 'callBack'> = { settle: [], tell: [], ask: [] };
    for (const { view, ending } of live) {
      const task = seenOf(view, now);
      if (ending === null) {
        if (wall() - Date.parse(view.expires_at) > 2 * patienceMs)
          due.settle.push({ view, verdict: 'out_of_time' });
        else if (now >= task.askAt) due.ask.push(view);
        continue;
      }
      if (task.endingSince === null)
        Object.assign(task, { endingSince: now, tellAt: now + tellAfterMs });
      const since = now - (task.endingSince ?? now);
      // nobody is there who could run it: its end is only to be written down
      if (since > patienceMs || (!present && since > nobodyMs))
        due.settle.push({ view, verdict: ending.reason });
      else if (now >= task.tellAt) due.tell.push({ view, message: ending });
    }
    return due;
  };
  const tell = async ({ view, message }: Due['tell'][number]): Promise<void> => {
    seenOf(view, monotonic()).tellAt = monotonic() + tellAgainMs;
    const { reason, by } = message;
    await runs.end(view.spawn_id, { reason, by });
  };
  const tellUnheard = async ({ view, message }: Due['tell'][number]): Promise<void> => {
    const { spawn_id } = view;
    // one that fails comes after the others
    unheard.delete(spawn_id);
    unheard.set(spawn_id, { view, message });
    if (view.callback_url === null) await runs.end(spawn_id, message);
    else await runs.endAndCallBack(view, message);
    unheard.delete(spawn_id);
  };
  /** One whose workflow is gone is lost. */
  const ask = async (view: SpawnView): Promise<void> => {
    seenOf(view, monotonic()).askAt = monotonic() + askAgainMs;
    const { spawn_id } = view;
    if (await runs.runs(spawn_id)) return;
    // it may have ended this very moment
    const fresh = await store.spawns.record(spawn_id);
    if (fresh === null || fresh.spec === null) return;
    await store.spawns.requestEnd(spawn_id, { reason: 'cancelled', by: 'madre', at: wall() });
    await settle(view, 'lost');
  };
  /** Its workflow calls back by itself, for some twenty minutes; one that is gone is begun anew, for that alone. */
  const callBack = async (view: SpawnView): Promise<void> => {
    const { spawn_id } = view;
    untold.set(spawn_id, monotonic() + askAgainMs);
    if (await runs.runs(spawn_id)) return;
    const begun = await runs.endAndCallBack(view, { reason: 'cancelled', by: 'madre' });
    if (!begun) await store.spawns.told(spawn_id);
  };
  /** Also of tasks that ended while we were away, or whose workflow was gone when they did. */
  const callbacksDue = async (now: number): Promise<SpawnView[]> => {
    const views = await store.spawns.untold(host, callbacksAtOnce);
    const ids = new Set(views.map(({ spawn_id }) => spawn_id));
    for (const id of untold.keys()) if (!ids.has(id)) untold.delete(id);
    for (const id of ids) if (!untold.has(id)) untold.set(id, now + youngMs);
    return views.filter(({ spawn_id }) => now >= (untold.get(spawn_id) ?? 0));
  };
  const askTemporal = (due: Omit<Due, 'settle'>): Promise<RoundOutcome> => {
    const job = (what: string, { spawn_id }: SpawnView, work: () => Promise<void>): Job => ({
      key: `${what} ${spawn_id}`,
      work,
    });
    const jobs = [
      ...due.tell.map((one) => job('end', one.view, () => tell(one))),
      ...[...unheard.values()].map((one) => job('tell', one.view, () => tellUnheard(one))),
      ...due.callBack.map((view) => job('call back', view, () => callBack(view))),
      ...due.ask.map((view) => job('look for', view, () => ask(view))),
    ];
    return askAll(jobs, ({ work }) => work());
  };
  const containers = async (present: boolean, now: number): Promise<void> => {
    if (now - lastContainers < containersMs) return;
    lastContainers = now;
    const removed = await deps.sandboxes.remove(present ? { past: wall() } : 'all');
    if (removed > 0) log.warn({ removed }, 'sandboxes without a spawner were removed');
  };
  /** What of tasks and sandboxes needs no Temporal. Gives what does. */
  const attend = async (
    live: Live[],
    silentMs: number,
    now: number,
  ): Promise<Pick<Due, 'tell' | 'ask'> & { outcomes: RoundOutcome[] }> => {
    const present = silentMs < 2 * presenceMs;
    const leases = await store.leases.ofHost(host);
    const instant = deps.clock();
    if (!leases.some((lease) => lease.service === spawnerService && isLive(lease, instant)))
      await endAll(live, now);
    const due = dueOf(live, present, now);
    const swept = await containers(present, now).then(
      (): RoundOutcome => ({ done: 1, failures: [], left: 0 }),
      (error: unknown): RoundOutcome => ({
        done: 0,
        failures: [{ key: 'sandboxes', error }],
        left: 0,
      }),
    );
    const settled = await settleAll(due.settle, ({ view, verdict }) => settle(view, verdict));
    return { ...due, outcomes: [swept, settled] };
  };

  return async () => {
    // also at rest: a spawner that was watched is known
    const { silentMs } = await deps.watch.look();
    const now = monotonic();
    const live = (await store.spawns.live()).filter(({ view }) => view.host === host);
    const ids = new Set(live.map(({ view }) => view.spawn_id));
    for (const id of seen.keys()) if (!ids.has(id)) seen.delete(id);
    if (live.length > 0) lastBusy = now;
    const rests = now - lastBusy > afterMs;
    const { outcomes, ...due } = rests
      ? { tell: [], ask: [], outcomes: [] }
      : await attend(live, silentMs, now);
    const asked = await askTemporal({ ...due, callBack: await callbacksDue(now) });
    if (now - lastForget >= forgetMs) {
      lastForget = now;
      await forgetTasks(deps);
    }
    throwFailures(...outcomes, asked);
  };
}
