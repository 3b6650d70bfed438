import type { NewEvent } from '../../contracts/event.ts';
import type { CommandBody, TaskBody } from '../../contracts/task-request.ts';
import type {
  EndReason,
  TaskAttempt,
  TaskCause,
  TaskPriority,
  TaskSpec,
  TaskState,
  TaskStatus,
  TaskView,
} from '../../contracts/task.ts';

const iso = (at: number): string => new Date(at).toISOString();

/** The defaults of POST /vx11/spawn. */
export const taskDefaults = {
  ttlSeconds: 3600,
  memoryMb: 256,
  cpus: 1,
  pids: 128,
  diskMb: 64,
  maxRetries: 0,
  priority: 'P1',
  userId: 'local',
} as const;
/** The defaults of POST /spawn. */
export const commandDefaults = { timeoutSeconds: 300, memoryMb: 512 } as const;
/** How long a task of POST /spawn may wait in the queue, in addition to its run time. */
const commandWaitSeconds = 300;

export const hasTaskEnded = (state: TaskState): boolean =>
  state !== 'queued' && state !== 'running';

/** The summarized status: an ended task is DONE only if it ended by itself with exit code 0. */
export function taskStatusOf(state: TaskState, exitCode: number | null): TaskStatus {
  if (state === 'queued') return 'QUEUED';
  if (state === 'running') return 'RUNNING';
  return state === 'completed' && exitCode === 0 ? 'DONE' : 'ERROR';
}

/** The facts about a request that are not in its body. */
export interface NewTaskRequest {
  spawn_id: string;
  spawn_uuid: string;
  host: string;
  owner: string;
  correlation_id: string;
}

/** A new task, and the specification for its attempts. */
export interface NewTask {
  view: TaskView;
  spec: TaskSpec;
}

const nothingYet = {
  exit_code: null,
  signal: null,
  cause: null,
  limit: null,
  peak_memory_mb: null,
  cpu_ms: null,
  mutation_level: 0,
  started_at: null,
  finished_at: null,
  artifacts: [],
  refused: [],
  error: null,
  detail: null,
};

export function codeTask(body: TaskBody, request: NewTaskRequest, now: number): NewTask {
  const ttl = body.ttl_seconds ?? taskDefaults.ttlSeconds;
  return {
    view: {
      ...request,
      ...nothingYet,
      name: null,
      task_type: body.task_type,
      status: 'QUEUED',
      state: 'queued',
      max_retries: body.max_retries ?? taskDefaults.maxRetries,
      priority: body.priority ?? taskDefaults.priority,
      user_id: body.user_id ?? taskDefaults.userId,
      parent_id: body.parent_id ?? null,
      metadata: body.metadata ?? {},
      callback_url: body.callback_url ?? null,
      ttl_seconds: ttl,
      created_at: iso(now),
      expires_at: iso(now + ttl * 1000),
    },
    spec: {
      program: { kind: body.task_type, code: body.code, args: body.args ?? [] },
      stdin: body.stdin ?? '',
      env: body.env ?? {},
      files: body.files ?? [],
      memory_mb: body.max_memory_mb ?? taskDefaults.memoryMb,
      cpus: body.cpus ?? taskDefaults.cpus,
      pids: body.pids ?? taskDefaults.pids,
      disk_mb: body.disk_mb ?? taskDefaults.diskMb,
      cpu_seconds: body.cpu_seconds ?? null,
      timeout_ms: body.timeout_seconds === undefined ? null : body.timeout_seconds * 1000,
      egress: body.network === 'egress-allowlist' ? (body.egress ?? []) : null,
    },
  };
}

export function commandTask(body: CommandBody, request: NewTaskRequest, now: number): NewTask {
  const timeout = body.timeout_seconds ?? commandDefaults.timeoutSeconds;
  const ttl = timeout + commandWaitSeconds;
  return {
    view: {
      ...request,
      ...nothingYet,
      name: body.name,
      task_type: 'command',
      status: 'QUEUED',
      state: 'queued',
      max_retries: 0,
      priority: taskDefaults.priority,
      user_id: taskDefaults.userId,
      parent_id: body.parent_id ?? null,
      metadata: {},
      callback_url: null,
      ttl_seconds: ttl,
      created_at: iso(now),
      expires_at: iso(now + ttl * 1000),
    },
    spec: {
      program: { kind: 'command', command: body.command, args: body.args ?? [] },
      stdin: '',
      env: body.env ?? {},
      files: [],
      memory_mb: body.max_memory_mb ?? commandDefaults.memoryMb,
      cpus: taskDefaults.cpus,
      pids: taskDefaults.pids,
      disk_mb: taskDefaults.diskMb,
      cpu_seconds: null,
      timeout_ms: timeout * 1000,
      egress: null,
    },
  };
}

/** The event for a task that waits for its first attempt. */
export const queuedEvent = (view: TaskView): NewEvent => ({
  type: 'spawn.queued',
  at: Date.parse(view.created_at),
  actor: view.owner,
  host: view.host,
  correlation_id: view.correlation_id,
  payload: {
    spawn_id: view.spawn_id,
    task_type: view.task_type,
    user_id: view.user_id,
    parent_id: view.parent_id,
  },
});

/** The outcome of an attempt. */
export type AttemptEnd = Pick<
  TaskAttempt,
  'state' | 'exit_code' | 'signal' | 'cause' | 'limit' | 'peak_memory_mb' | 'cpu_ms' | 'detail'
>;

/** The outcome of an attempt whose sandbox reported none. */
export const endedWithout = (
  state: TaskState,
  cause: TaskCause,
  detail: string | null,
): AttemptEnd => ({
  state,
  cause,
  detail,
  exit_code: null,
  signal: null,
  limit: null,
  peak_memory_mb: null,
  cpu_ms: null,
});

/** The outcome of a task that was ended before an attempt reported one. */
export const endedBy = (reason: EndReason): AttemptEnd =>
  reason === 'cancelled'
    ? endedWithout('cancelled', 'cancelled', 'it was cancelled')
    : endedWithout('killed', 'window_closed', 'the window of the spawner closed');

/** The outcome of a task whose ttl_seconds have passed. @param waited it was still in the queue */
export const outOfTime = (waited: boolean): AttemptEnd =>
  endedWithout(
    'timeout',
    'wall_time',
    waited ? 'its ttl_seconds passed while it was queued' : 'its ttl_seconds have passed',
  );

export type Decision = { retry: true } | { retry: false; because: string };

/** Causes that a retry cannot change. */
const final = new Set<TaskCause>([
  'cancelled',
  'window_closed',
  'image_missing',
  'runtime_missing',
  'limits_missing',
]);

/** Whether a task gets another attempt: within its max_retries and its ttl_seconds. */
export function mayRetry(
  task: Pick<TaskView, 'max_retries' | 'expires_at'>,
  ended: Pick<TaskAttempt, 'attempt' | 'state' | 'exit_code' | 'cause'>,
  now: number,
): Decision {
  if (taskStatusOf(ended.state, ended.exit_code) === 'DONE')
    return { retry: false, because: 'it is done' };
  if (ended.cause !== null && final.has(ended.cause))
    return { retry: false, because: `${ended.cause} is final` };
  if (ended.attempt > task.max_retries)
    return { retry: false, because: `max_retries is ${task.max_retries}` };
  if (now + retryPauseMs(ended.attempt) >= Date.parse(task.expires_at))
    return { retry: false, because: 'its ttl_seconds have passed' };
  return { retry: true };
}

/** The pause before a retry: none before the first, then 1, 2, 4 … 30 s. @param attempt the one that ended */
export const retryPauseMs = (attempt: number): number =>
  attempt <= 1 ? 0 : Math.min(30_000, 500 * 2 ** (attempt - 1));

/** How long an attempt may run, in ms: up to its own limit and the end of the task; at least 1. */
export const attemptMs = (timeoutMs: number | null, expiresAt: number, now: number): number =>
  Math.max(1, Math.min(timeoutMs ?? Infinity, expiresAt - now));

export const running = (view: TaskView, attempt: number, now: number): TaskView => ({
  ...view,
  ...nothingYet,
  state: 'running',
  status: 'RUNNING',
  mutation_level: attempt - 1,
  started_at: view.started_at ?? iso(now),
});

/** The task between two attempts: it is queued again. */
export const requeued = (view: TaskView): TaskView => ({
  ...view,
  state: 'queued',
  status: 'QUEUED',
});

export function finished(
  view: TaskView,
  { end, artifacts, refused }: Pick<TaskView, 'artifacts' | 'refused'> & { end: AttemptEnd },
  now: number,
): TaskView {
  const status = taskStatusOf(end.state, end.exit_code);
  return {
    ...view,
    ...end,
    status,
    artifacts,
    refused,
    finished_at: iso(now),
    error: status === 'DONE' ? null : (end.cause ?? end.state),
  };
}

/** Compares two tasks for the start order: by priority, then the older first. */
export const beforeOther = (
  one: { priority: TaskPriority; created_at: number },
  other: { priority: TaskPriority; created_at: number },
): number =>
  one.priority === other.priority
    ? one.created_at - other.created_at
    : one.priority < other.priority
      ? -1
      : 1;

/** Priority keys of Temporal task queues: 1 is the highest, 3 the default. */
export const temporalPriority = { P0: 1, P1: 3, P2: 5 } as const satisfies Record<
  TaskPriority,
  number
>;

/** A one-line title. */
export const taskTitle = (view: Pick<TaskView, 'task_type' | 'name' | 'user_id'>): string =>
  `${view.name ?? view.task_type} for ${view.user_id}`;
