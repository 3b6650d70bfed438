import type { taskIds } from '../../contracts/ids.ts';
import { spawnerService } from '../../contracts/queues.ts';
import type { TaskBody } from '../../contracts/task-request.ts';
import type { TaskView } from '../../contracts/task.ts';
import { showOutput } from '../../domain/tasks/output.ts';
import { codeTask, hasTaskEnded, queuedEvent } from '../../domain/tasks/task.ts';
import type { Store } from '../../store/index.ts';
import { presenceMs, type Presence } from '../../store/system/presence.ts';
import { poll } from '../../platform/concurrency/poll.ts';
import type { Clock } from '../../platform/clock.ts';
import type { TaskRuns } from './sweep.ts';

/** The workflows of tasks, with a start. */
export interface StartableTaskRuns extends TaskRuns {
  /** Starts the task's workflow, unless it was started already. */
  start(view: TaskView): Promise<void>;
}

/** A task that something of VX11 runs for a caller. Its ids come from the cause, so that a retry runs it once. */
export interface TaskOrder {
  ids: ReturnType<typeof taskIds>;
  /** The host of the spawner; any by default. */
  host?: string | undefined;
  owner: string;
  /** Of the owner; null if only the name is known. Read only if the task is new. */
  principal: () => Promise<string | null>;
  correlation_id: string;
  body: TaskBody;
}

export interface EndedTask {
  view: TaskView;
  /** What the last attempt wrote. */
  output: (stream: 'stdout' | 'stderr') => string;
}

/** Runs tasks and waits for their ends. */
export interface TaskRunner {
  /** @returns null if no spawner sends heartbeats in time; nothing was started then */
  run(order: TaskOrder, signal: AbortSignal): Promise<EndedTask | null>;
  /** Ends a task. @returns true if it had ended before: its effects stay */
  cancel(taskId: string, by: string): Promise<boolean>;
}

/** How long to wait for the first heartbeat of a spawner that was just started. */
const presentWithinMs = 20_000;
const pollMs = 200;
/** How long to wait for a cancelled task to end. */
const endWithinMs = 5000;

export function createTaskRunner(deps: {
  store: Store;
  clock: Clock;
  /** Null while Temporal is unavailable. */
  runs: () => StartableTaskRuns | null;
}): TaskRunner {
  const { store, clock } = deps;

  const begin = async (order: TaskOrder, host: string): Promise<TaskView> => {
    const { ids, owner, correlation_id, body } = order;
    const fresh = codeTask(body, { ...ids, host, owner, correlation_id }, clock());
    const principal = await order.principal();
    const event = { ...queuedEvent(fresh.view), actor_id: principal };
    const created = await store.tasks.create(fresh.view, fresh.spec, [event], principal);
    return created.kind === 'no_parent' || created.kind === 'parent_ends'
      ? fresh.view
      : created.view;
  };
  /** Returns the host whose spawner sends heartbeats; null if none does in time. */
  const hostOfSpawner = async (
    wanted: string | undefined,
    signal: AbortSignal,
  ): Promise<string | null> => {
    const look = async (): Promise<Presence | null> =>
      (await store.presence.list()).find(
        ({ process, host, at }) =>
          process === spawnerService &&
          // heartbeats carry the wall clock
          at + presenceMs > Date.now() &&
          (wanted === undefined || host === wanted),
      ) ?? null;
    const present = await poll(look, { everyMs: pollMs, withinMs: presentWithinMs, signal });
    return present?.host ?? null;
  };
  const endOfTask = async (id: string): Promise<TaskView | null> => {
    const view = await store.tasks.find(id);
    return view !== null && hasTaskEnded(view.state) ? view : null;
  };
  return {
    async run(order, signal) {
      const known = await store.tasks.find(order.ids.spawn_id);
      const host = known?.host ?? (await hostOfSpawner(order.host, signal));
      if (host === null) return null;
      signal.throwIfAborted();
      const view = known ?? (await begin(order, host));
      if (!hasTaskEnded(view.state)) {
        const runs = deps.runs();
        if (runs === null) throw new Error('Temporal is away');
        await runs.start(view);
      }
      const look = () => endOfTask(view.spawn_id);
      // no time limit: the signal ends it
      const ended = (await poll(look, { everyMs: pollMs, signal }))!;
      return { view: ended, output: await outputOf(store, ended) };
    },
    async cancel(taskId, by) {
      const ending = { reason: 'cancelled', by } as const;
      // the spawner reads it in the store; the workflow, which may still be queued, needs a signal
      await store.tasks.requestEnd(taskId, { ...ending, at: clock() });
      await deps.runs()?.end(taskId, ending);
      // a cancelled task is dead within 2 s, unless its spawner is dead
      const look = () => endOfTask(taskId);
      const ended = await poll(look, { everyMs: pollMs, withinMs: endWithinMs });
      return ended !== null && ended.state !== 'cancelled';
    },
  };
}

async function outputOf(store: Store, { spawn_id }: TaskView): Promise<EndedTask['output']> {
  const record = await store.tasks.record(spawn_id);
  const chunks = await store.taskOutput.ofAttempt(spawn_id, record?.attempts.at(-1)?.attempt ?? 1);
  return (stream) => showOutput(chunks.filter((chunk) => chunk.stream === stream)).text;
}
