import type { Logger } from 'pino';
import type { TaskView } from '../../contracts/task.ts';
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
import type { TaskLifecycleActivities, AttemptOutcome } from './task-activities.ts';
import type { SpawnerWatch } from './spawner-watch.ts';

/** Why a task's workflow must end, and who requested it. */
export type EndMessage = Pick<Ending, 'reason' | 'by'>;

/** Calls to Temporal about tasks; each throws while Temporal is unavailable. */
export interface TaskRuns {
  /** Returns whether the task's workflow runs. */
  runs(taskId: string): Promise<boolean>;
  /** Signals the workflow to end; no error if it has ended already. */
  end(taskId: string, message: EndMessage): Promise<void>;
  /**
   * Signals the workflow to end, and starts one if there is none, so that the callback is delivered. Returns false if the
   * workflow has completed: it has delivered the callback already, or given it up.
   */
  endAndCallBack(view: TaskView, message: EndMessage): Promise<boolean>;
}

export interface SweepDeps {
  host: string;
  store: Store;
  runs: TaskRuns;
  keeper: Pick<TaskLifecycleActivities, 'finishAttempt'>;
  sandboxes: SandboxSweep;
  /** Folder with the files of all tasks. */
  folder: string;
  historyMs: number;
  watch: SpawnerWatch;
  /** The clock that leases are written by. */
  clock: Clock;
  /** Epoch ms of the wall clock, by which the gateway and the spawner write all times of tasks and sandboxes. */
  wall: () => number;
  /** Measures all waiting times here; ms. */
  monotonic: () => number;
  log: Logger;
}

type Live = Awaited<ReturnType<Store['tasks']['live']>>[number];

/** What this process knows about a live task; times by its monotonic clock. */
interface Seen {
  /** When to look it up in Temporal next. */
  askAt: number;
  /** When its end was requested. */
  endingSince: number | null;
  /** When to signal its workflow to end. */
  signalAt: number;
}

/** The work of a round: first with the store and the Engine, then with Temporal. */
interface Due {
  settle: { view: TaskView; verdict: AttemptOutcome }[];
  signal: { view: TaskView; message: EndMessage }[];
  ask: TaskView[];
  /** Ended tasks whose callback is not delivered yet. */
  callBack: TaskView[];
}

/** One call to Temporal. */
interface Job {
  key: string;
  work: () => Promise<void>;
}

/** A task that was first seen less than this ago may not have reached Temporal yet. */
const youngMs = 10_000;
/** How long the spawner and the workflow have to end a task by themselves. */
const endWithinMs = 15_000;
/** The same while no spawner is present. */
const endWithoutSpawnerMs = 2000;
/** The process that requests an end also signals the workflow; the sweep does so only after this time. */
const signalAfterMs = 3000;
const signalAgainMs = 5000;
const askAgainMs = 30_000;
/** Sandboxes are checked until this long after the last task. */
const afterMs = 120_000;
const containersMs = 5000;
const forgetMs = 3_600_000;
/** Tasks that are marked in one transaction. */
const marksAtOnce = 500;
/** Callbacks that are handled at once. */
const callbacksAtOnce = 100;
/** Bounds for recording ends: each asks the Engine for remaining sandboxes. */
const settling = { atOnce: 8, ms: 2500 };
/** Bounds for the calls to Temporal in a round, so that a stalled Temporal holds up nothing else. */
const asking = { atOnce: 16, ms: 1500 };

/**
 * Ends tasks whose window, workflow or spawner is gone. To be called every few seconds. Work on containers and rows needs
 * no Temporal and comes first. A round throws at its end if any item failed.
 */
export function createTaskSweep(deps: SweepDeps): () => Promise<void> {
  const { host, store, runs, log, wall, monotonic } = deps;
  const seen = new Map<string, Seen>();
  /** Ended tasks with a callback to deliver, and when to look for their workflow next. */
  const askAgainAt = new Map<string, number>();
  /** Tasks that the sweep has ended and whose workflow has not been signalled yet. */
  const unsignalled = new Map<string, { view: TaskView; message: EndMessage }>();
  let lastBusy = monotonic();
  let lastContainers = -Infinity;
  let lastForget = -Infinity;

  const settleAll = createBoundedRound<Due['settle'][number]>(
    settling,
    ({ view }) => view.spawn_id,
  );
  const askAll = createBoundedRound<Job>(asking, ({ key }) => key);
  const seenOf = ({ spawn_id }: TaskView, now: number): Seen => {
    const known = seen.get(spawn_id);
    if (known !== undefined) return known;
    const fresh = { askAt: now + youngMs, endingSince: null, signalAt: Infinity };
    seen.set(spawn_id, fresh);
    return fresh;
  };
  const settle = async (view: TaskView, verdict: AttemptOutcome): Promise<void> => {
    const record = await store.tasks.record(view.spawn_id);
    const last = record?.attempts.at(-1);
    // between two attempts, the missing one is the next
    const attempt = last === undefined ? 1 : last.attempt + (last.finished_at === null ? 0 : 1);
    const { spawn_id } = view;
    const { ended } = await deps.keeper.finishAttempt({ spawn_id, attempt, verdict });
    log.warn({ spawn_id, verdict, ended }, 'a task was ended without its workflow');
    const reason = verdict === 'window_closed' ? verdict : 'cancelled';
    if (ended) unsignalled.set(spawn_id, { view, message: { reason, by: 'madre' } });
  };
  /** Requests the end of every live task, since the window is closed. */
  const endAll = async (live: Live[], now: number): Promise<void> => {
    const ending: Ending = { reason: 'window_closed', by: 'madre', at: wall() };
    const unended = live.filter((one) => one.ending === null);
    for (let from = 0; from < unended.length; from += marksAtOnce) {
      const some = unended.slice(from, from + marksAtOnce);
      await store.tasks.requestEnd(
        some.map(({ view }) => view.spawn_id),
        ending,
      );
      for (const one of some) {
        one.ending = ending;
        Object.assign(seenOf(one.view, now), { endingSince: now, signalAt: now });
      }
    }
  };
  const dueOf = (live: Live[], present: boolean, now: number): Omit<Due, 'callBack'> => {
    const due: Omit<Due, 'callBack'> = { settle: [], signal: [], ask: [] };
    for (const { view, ending } of live) {
      const task = seenOf(view, now);
      if (ending === null) {
        if (wall() - Date.parse(view.expires_at) > 2 * endWithinMs)
          due.settle.push({ view, verdict: 'out_of_time' });
        else if (now >= task.askAt) due.ask.push(view);
        continue;
      }
      if (task.endingSince === null)
        Object.assign(task, { endingSince: now, signalAt: now + signalAfterMs });
      const since = now - (task.endingSince ?? now);
      // without a spawner nothing runs: only the end is left to record
      if (since > endWithinMs || (!present && since > endWithoutSpawnerMs))
        due.settle.push({ view, verdict: ending.reason });
      else if (now >= task.signalAt) due.signal.push({ view, message: ending });
    }
    return due;
  };
  const signal = async ({ view, message }: Due['signal'][number]): Promise<void> => {
    seenOf(view, monotonic()).signalAt = monotonic() + signalAgainMs;
    const { reason, by } = message;
    await runs.end(view.spawn_id, { reason, by });
  };
  const signalEnded = async ({ view, message }: Due['signal'][number]): Promise<void> => {
    const { spawn_id } = view;
    // a map keeps insertion order: a task whose signal fails moves to the end
    unsignalled.delete(spawn_id);
    unsignalled.set(spawn_id, { view, message });
    if (view.callback_url === null) await runs.end(spawn_id, message);
    else await runs.endAndCallBack(view, message);
    unsignalled.delete(spawn_id);
  };
  /** Looks for the task's workflow; a task without one is lost. */
  const ask = async (view: TaskView): Promise<void> => {
    seenOf(view, monotonic()).askAt = monotonic() + askAgainMs;
    const { spawn_id } = view;
    if (await runs.runs(spawn_id)) return;
    // the task may have ended just now
    const fresh = await store.tasks.record(spawn_id);
    if (fresh === null || fresh.spec === null) return;
    await store.tasks.requestEnd(spawn_id, { reason: 'cancelled', by: 'madre', at: wall() });
    await settle(view, 'lost');
  };
  /** A running workflow retries the callback for some twenty minutes; if it is gone, a new one is started to deliver it. */
  const callBack = async (view: TaskView): Promise<void> => {
    const { spawn_id } = view;
    askAgainAt.set(spawn_id, monotonic() + askAgainMs);
    if (await runs.runs(spawn_id)) return;
    const begun = await runs.endAndCallBack(view, { reason: 'cancelled', by: 'madre' });
    if (!begun) await store.tasks.callbackDelivered(spawn_id);
  };
  /** Includes tasks that ended while madre was down, or after their workflow was gone. */
  const callbacksDue = async (now: number): Promise<TaskView[]> => {
    const views = await store.tasks.pendingCallbacks(host, callbacksAtOnce);
    const ids = new Set(views.map(({ spawn_id }) => spawn_id));
    for (const id of askAgainAt.keys()) if (!ids.has(id)) askAgainAt.delete(id);
    for (const id of ids) if (!askAgainAt.has(id)) askAgainAt.set(id, now + youngMs);
    return views.filter(({ spawn_id }) => now >= (askAgainAt.get(spawn_id) ?? 0));
  };
  const askTemporal = (due: Omit<Due, 'settle'>): Promise<RoundOutcome> => {
    const job = (what: string, { spawn_id }: TaskView, work: () => Promise<void>): Job => ({
      key: `${what} ${spawn_id}`,
      work,
    });
    const jobs = [
      ...due.signal.map((one) => job('end', one.view, () => signal(one))),
      ...[...unsignalled.values()].map((one) => job('signal', one.view, () => signalEnded(one))),
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
  /** Does the work that needs no Temporal. @returns the work that does */
  const withoutTemporal = async (
    live: Live[],
    silentMs: number,
    now: number,
  ): Promise<Pick<Due, 'signal' | 'ask'> & { outcomes: RoundOutcome[] }> => {
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
    // also at rest, since the watch needs a continuous record
    const { silentMs } = await deps.watch.look();
    const now = monotonic();
    const live = (await store.tasks.live()).filter(({ view }) => view.host === host);
    const ids = new Set(live.map(({ view }) => view.spawn_id));
    for (const id of seen.keys()) if (!ids.has(id)) seen.delete(id);
    if (live.length > 0) lastBusy = now;
    const rests = now - lastBusy > afterMs;
    const { outcomes, ...due } = rests
      ? { signal: [], ask: [], outcomes: [] }
      : await withoutTemporal(live, silentMs, now);
    const asked = await askTemporal({ ...due, callBack: await callbacksDue(now) });
    if (now - lastForget >= forgetMs) {
      lastForget = now;
      await forgetTasks(deps);
    }
    throwFailures(...outcomes, asked);
  };
}
