import type { NewEvent } from '../../contracts/event.ts';
import type { CommandBody, SpawnBody } from '../../contracts/spawn-request.ts';
import type {
  EndReason,
  SpawnAttempt,
  SpawnCause,
  SpawnPriority,
  SpawnSpec,
  SpawnState,
  SpawnStatus,
  SpawnView,
} from '../../contracts/spawn.ts';

const iso = (at: number): string => new Date(at).toISOString();

/** What POST /vx11/spawn takes where a field is left out. */
export const spawnDefaults = {
  ttlSeconds: 3600,
  memoryMb: 256,
  cpus: 1,
  pids: 128,
  diskMb: 64,
  maxRetries: 0,
  priority: 'P1',
  userId: 'local',
} as const;
/** The same of POST /spawn. */
export const commandDefaults = { timeoutSeconds: 300, memoryMb: 512 } as const;
/** What a task by POST /spawn may wait for its turn, beside the time that it may run. */
const commandWaitSeconds = 300;

export const hasSpawnEnded = (state: SpawnState): boolean =>
  state !== 'queued' && state !== 'running';

/** The coarse view: an end is DONE only where the task itself ended with exit code 0. */
export function spawnStatusOf(state: SpawnState, exitCode: number | null): SpawnStatus {
  if (state === 'queued') return 'QUEUED';
  if (state === 'running') return 'RUNNING';
  return state === 'completed' && exitCode === 0 ? 'DONE' : 'ERROR';
}

/** What is known of a request beside its body. */
export interface SpawnWish {
  spawn_id: string;
  spawn_uuid: string;
  host: string;
  owner: string;
  correlation_id: string;
}

/** A task that nobody has taken up yet, and what its attempts are made from. */
export interface NewSpawn {
  view: SpawnView;
  spec: SpawnSpec;
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

export function codeSpawn(body: SpawnBody, wish: SpawnWish, now: number): NewSpawn {
  const ttl = body.ttl_seconds ?? spawnDefaults.ttlSeconds;
  return {
    view: {
      ...wish,
      ...nothingYet,
      name: null,
      task_type: body.task_type,
      status: 'QUEUED',
      state: 'queued',
      max_retries: body.max_retries ?? spawnDefaults.maxRetries,
      priority: body.priority ?? spawnDefaults.priority,
      user_id: body.user_id ?? spawnDefaults.userId,
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
      memory_mb: body.max_memory_mb ?? spawnDefaults.memoryMb,
      cpus: body.cpus ?? spawnDefaults.cpus,
      pids: body.pids ?? spawnDefaults.pids,
      disk_mb: body.disk_mb ?? spawnDefaults.diskMb,
      cpu_seconds: body.cpu_seconds ?? null,
      timeout_ms: body.timeout_seconds === undefined ? null : body.timeout_seconds * 1000,
      egress: body.network === 'egress-allowlist' ? (body.egress ?? []) : null,
    },
  };
}

export function commandSpawn(body: CommandBody, wish: SpawnWish, now: number): NewSpawn {
  const timeout = body.timeout_seconds ?? commandDefaults.timeoutSeconds;
  const ttl = timeout + commandWaitSeconds;
  return {
    view: {
      ...wish,
      ...nothingYet,
      name: body.name,
      task_type: 'command',
      status: 'QUEUED',
      state: 'queued',
      max_retries: 0,
      priority: spawnDefaults.priority,
      user_id: spawnDefaults.userId,
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
      cpus: spawnDefaults.cpus,
      pids: spawnDefaults.pids,
      disk_mb: spawnDefaults.diskMb,
      cpu_seconds: null,
      timeout_ms: timeout * 1000,
      egress: null,
    },
  };
}

/** What the event log says of a task that waits for its first attempt. */
export const queuedEvent = (view: SpawnView): NewEvent => ({
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

/** Of one attempt, when it has ended. */
export type AttemptEnd = Pick<
  SpawnAttempt,
  'state' | 'exit_code' | 'signal' | 'cause' | 'limit' | 'peak_memory_mb' | 'cpu_ms' | 'detail'
>;

/** An attempt that ended without its sandbox being able to say how. */
export const endedWithout = (
  state: SpawnState,
  cause: SpawnCause,
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

/** How a task ends that was told to before an attempt could say so. */
export const toldToEnd = (reason: EndReason): AttemptEnd =>
  reason === 'cancelled'
    ? endedWithout('cancelled', 'cancelled', 'it was cancelled')
    : endedWithout('killed', 'window_closed', 'the window of the spawner closed');

/** The whole time of a task is over while it waits. */
export const outOfTime = (waited: boolean): AttemptEnd =>
  endedWithout(
    'timeout',
    'wall_time',
    waited ? 'its ttl_seconds were over before its turn came' : 'its ttl_seconds are over',
  );

export type Decision = { retry: true } | { retry: false; because: string };

/** What asks for it again would give: causes that another attempt cannot meet differently. */
const final = new Set<SpawnCause>([
  'cancelled',
  'window_closed',
  'image_missing',
  'runtime_missing',
]);

/** Whether a task gets another attempt: only as often as was asked for, and while it has time. */
export function mayRetry(
  task: Pick<SpawnView, 'max_retries' | 'expires_at'>,
  ended: Pick<SpawnAttempt, 'attempt' | 'state' | 'exit_code' | 'cause'>,
  now: number,
): Decision {
  if (spawnStatusOf(ended.state, ended.exit_code) === 'DONE')
    return { retry: false, because: 'it is done' };
  if (ended.cause !== null && final.has(ended.cause))
    return { retry: false, because: `${ended.cause} is final` };
  if (ended.attempt > task.max_retries)
    return { retry: false, because: `${task.max_retries} retries were asked for` };
  if (now + retryPauseMs(ended.attempt) >= Date.parse(task.expires_at))
    return { retry: false, because: 'its ttl_seconds are over' };
  return { retry: true };
}

/** The first retry comes at once, later ones after 1, 2, 4 … 30 s. @param attempt the one that ended */
export const retryPauseMs = (attempt: number): number =>
  attempt <= 1 ? 0 : Math.min(30_000, 500 * 2 ** (attempt - 1));

/** How long one attempt may run: its own limit, and never past the end of the task. At least 1 ms. */
export const attemptMs = (timeoutMs: number | null, expiresAt: number, now: number): number =>
  Math.max(1, Math.min(timeoutMs ?? Infinity, expiresAt - now));

export const running = (view: SpawnView, attempt: number, now: number): SpawnView => ({
  ...view,
  ...nothingYet,
  state: 'running',
  status: 'RUNNING',
  mutation_level: attempt - 1,
  started_at: view.started_at ?? iso(now),
});

/** Between two attempts: it waits for its turn again. */
export const requeued = (view: SpawnView): SpawnView => ({
  ...view,
  state: 'queued',
  status: 'QUEUED',
});

export function finished(
  view: SpawnView,
  { end, artifacts, refused }: Pick<SpawnView, 'artifacts' | 'refused'> & { end: AttemptEnd },
  now: number,
): SpawnView {
  const status = spawnStatusOf(end.state, end.exit_code);
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

/** Who goes first: the more urgent, then the older. */
export const beforeOther = (
  one: { priority: SpawnPriority; created_at: number },
  other: { priority: SpawnPriority; created_at: number },
): number =>
  one.priority === other.priority
    ? one.created_at - other.created_at
    : one.priority < other.priority
      ? -1
      : 1;

/** Temporal's own order of a queue: 1 first, 3 where nothing is said. */
export const temporalPriority = { P0: 1, P1: 3, P2: 5 } as const satisfies Record<
  SpawnPriority,
  number
>;

/** One line for people. */
export const spawnTitle = (view: Pick<SpawnView, 'task_type' | 'name' | 'user_id'>): string =>
  `${view.name ?? view.task_type} for ${view.user_id}`;
