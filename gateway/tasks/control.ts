import { randomBytes } from 'node:crypto';
import { VX11Error, type FieldProblem } from '../../contracts/errors.ts';
import { taskIds } from '../../contracts/ids.ts';
import type { TaskAnswer, TaskSpec, TaskView, TaskType } from '../../contracts/task.ts';
import { checkEgress } from '../../domain/tasks/egress.ts';
import {
  endedWithout,
  finished,
  hasTaskEnded,
  queuedEvent,
  type NewTask,
  type NewTaskRequest,
} from '../../domain/tasks/task.ts';
import type { TaskProgress } from '../../store/tasks/task-output.ts';
import type { Created } from '../../store/tasks/tasks.ts';
import type { GatewayDeps } from '../deps.ts';
import type { ReadModel } from '../reads/read-model.ts';
import { createWaitForEnd, type WaitForEnd } from './wait.ts';
import { spawnerState, type OpenSpawner } from './spawner-availability.ts';
import { createTaskSubscriptions, type FollowTask } from '../reads/task-subscriptions.ts';
import { certainlyNotSent, TakenBack, WorkflowGone } from '../temporal/not-taken.ts';
import { sha256 } from '../../platform/hash.ts';

const startLimitMs = 10_000;
const endLimitMs = 3000;
/** How long a cancel waits for the task's end: the process tree is dead within 2 s. */
const deadWithinMs = 5000;
/** The pause before a log stream reads the next pieces of a task's output. */
const progressPauseMs = 20;

export interface TaskRequest {
  task_type: TaskType;
  /** The name of the caller's token, and the principal behind it. */
  owner: string;
  ownerId: string;
  correlation_id: string;
  /** A text that all retries of this request share; null if the request has no Idempotency-Key. */
  repeatKey: string | null;
  /** Builds the task once its ids are known. */
  build(base: NewTaskRequest, now: number): NewTask;
}

type Written = Extract<Created, { view: TaskView }>;

/** Starts and ends tasks. */
export interface TaskControl {
  /** Answers with a refusal, not an error, while policy keeps the spawner asleep. Throws `invalid`, and errors of Temporal. */
  start(request: TaskRequest): Promise<TaskAnswer>;
  /** Ends a task and all tasks that it started, and waits up to 5 s for its end. */
  cancel(view: TaskView, by: string): Promise<{ view: TaskView; live: string[] }>;
  /** Finds a task by its id, its uuid or a prefix of either. Throws `spawn_not_found`, `ambiguous_spawn`. */
  find(key: string): Promise<TaskView>;
  waitForEnd: WaitForEnd;
  followProgress: FollowTask<TaskProgress>;
}

export function createTaskControl(
  deps: Pick<GatewayDeps, 'store' | 'temporal' | 'clock' | 'logger'>,
  model: ReadModel,
): TaskControl {
  const { store, temporal, clock } = deps;
  const waitForEnd = createWaitForEnd(store);
  const followProgress = createTaskSubscriptions(
    store,
    (ids) => store().taskOutput.progress(ids),
    progressPauseMs,
  );

  const write = async ({ view, spec }: NewTask, ownerId: string): Promise<Written> => {
    const event = { ...queuedEvent(view), actor_id: ownerId };
    const created = await store().tasks.create(view, spec, [event], ownerId);
    if (created.kind === 'no_parent') {
      throw invalid([{ field: 'parent_id', problem: 'there is no such task' }]);
    }
    if (created.kind === 'parent_ends') {
      throw invalid([{ field: 'parent_id', problem: 'that task is being cancelled' }]);
    }
    return created;
  };

  /** Starts a task's workflow. A task that an earlier request stored may already run: only a task of this request is given up. */
  const begin = async ({ view, kind }: Written): Promise<void> => {
    if (hasTaskEnded(view.state)) return;
    try {
      await temporal.startTask(view, { limitMs: startLimitMs });
    } catch (error) {
      // a retry finds that the workflow has already ended: its result is in the store
      if (error instanceof WorkflowGone) return;
      if (!certainlyNotSent(error)) throw error;
      if (kind === 'created' && (await giveUp(deps, view))) throw new TakenBack(error);
      deps.logger.warn({ err: error }, 'the state of a task that may have started is unknown');
      throw mayRun(view); // without the cause, which would say that nothing was sent: a retry continues this task
    }
  };

  return {
    waitForEnd,
    followProgress,
    async start(request) {
      const now = clock();
      const { task_type, correlation_id, repeatKey } = request;
      const ids = taskIds(hexOf(repeatKey));
      // a retry continues the task of its first try, even if the window has closed since
      const before = repeatKey === null ? null : await store().tasks.find(ids.spawn_id);
      let written: Written;
      if (before === null) {
        const state = spawnerState(await model.snapshot(), now);
        if (!state.open) {
          const { error, hint } = state;
          const none = { spawn_id: '', spawn_uuid: '', status: 'ERROR', created_at: null } as const;
          return { ...none, correlation_id, task_type, error, hint };
        }
        const { host } = state.spawner;
        const fresh = request.build({ ...ids, host, owner: request.owner, correlation_id }, now);
        refuseBeyond(fresh.spec, state.spawner);
        written = await write(fresh, request.ownerId);
      } else written = { kind: 'known', view: before };
      await begin(written);
      const { view } = written;
      return {
        spawn_id: view.spawn_id,
        spawn_uuid: view.spawn_uuid,
        correlation_id: view.correlation_id,
        status: 'QUEUED',
        task_type: view.task_type,
        error: null,
        created_at: view.created_at,
      };
    },
    async cancel(view, by) {
      const ending = { reason: 'cancelled', by, at: clock() } as const;
      const live = await store().tasks.requestEnd(view.spawn_id, ending);
      const message = { reason: ending.reason, by };
      const signals = await Promise.allSettled(
        live.map((id) => temporal.endSpawn(id, message, { limitMs: endLimitMs })),
      );
      for (const one of signals) {
        if (one.status === 'rejected' && !(one.reason instanceof WorkflowGone)) {
          // the request is stored: the spawner ends running tasks, and madre signals the others
          deps.logger.warn(
            { err: one.reason as unknown },
            'a task could not be signalled to end yet',
          );
        }
      }
      if (live.includes(view.spawn_id)) await waitForEnd(view.spawn_id, deadWithinMs);
      return { view: (await store().tasks.find(view.spawn_id)) ?? view, live };
    },
    async find(key) {
      const found = await store().tasks.lookUp(key);
      if (found.kind === 'one') return found.view;
      if (found.kind === 'none') {
        throw new VX11Error(
          'spawn_not_found',
          `${key} is not known here; GET /vx11/spawns lists all.`,
        );
      }
      throw new VX11Error(
        'ambiguous_spawn',
        `Several tasks match: ${found.ids.join(', ')}. Send more characters of the id.`,
      );
    },
  };
}

const invalid = (fields: FieldProblem[]): VX11Error =>
  new VX11Error('invalid', fields.map(({ field, problem }) => `${field}: ${problem}`).join('; '), {
    fields,
  });

function refuseBeyond(spec: TaskSpec, spawner: OpenSpawner): void {
  const fields: FieldProblem[] = [];
  if (spec.memory_mb > spawner.memory_mb) {
    const problem = `the spawner of this host has ${spawner.memory_mb} MB for all tasks`;
    fields.push({ field: 'max_memory_mb', problem });
  }
  if (spec.cpus > spawner.cpus) {
    fields.push({
      field: 'cpus',
      problem: `one task of this host may have ${spawner.cpus}`,
    });
  }
  for (const { index, problem } of checkEgress(spec.egress ?? [], spawner.egress)) {
    fields.push({ field: `egress.${index}`, problem });
  }
  if (fields.length > 0) throw invalid(fields);
}

/** A retry gets the id of its first try, so that two tries start one task, even if the gateway died in between. */
const hexOf = (repeatKey: string | null): string =>
  repeatKey === null ? randomBytes(16).toString('hex') : sha256(`spawn ${repeatKey}`).slice(0, 32);

const mayRun = ({ spawn_id }: TaskView): VX11Error =>
  new VX11Error(
    'temporal_unavailable',
    `Temporal does not answer; ${spawn_id} may already run: try again, or get its result.`,
    { retryAfterSeconds: 2 },
  );

/**
 * Ends a task that never reached Temporal, so that it does not stay `queued`.
 * @returns whether this ended it
 */
async function giveUp(
  deps: Pick<GatewayDeps, 'store' | 'clock' | 'logger'>,
  view: TaskView,
): Promise<boolean> {
  const at = deps.clock();
  const end = endedWithout('lost', 'sandbox_lost', 'Temporal was away; it was never started');
  const payload = { spawn_id: view.spawn_id, error: 'temporal_unavailable' };
  const event = { actor: view.owner, correlation_id: view.correlation_id, payload };
  try {
    const done = await deps.store().tasks.change(view.spawn_id, (record) =>
      record.view.state !== 'queued' || record.attempts.length > 0
        ? null
        : {
            view: finished(record.view, { end, artifacts: [], refused: [] }, at),
            events: [{ type: 'spawn.finished', at, ...event }],
          },
    );
    return done?.changed === true;
  } catch (error) {
    deps.logger.warn({ err: error }, 'a lost task was not stored');
    return false;
  }
}
