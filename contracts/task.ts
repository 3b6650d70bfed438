import { z } from 'zod';
import { correlationId, hostName, instant, jsonValue } from './text.ts';

/** The detailed state of a task; all states after `running` are final. */
export const taskState = z.enum([
  'queued',
  'running',
  'completed',
  'failed',
  'timeout',
  'killed',
  'cancelled',
  'lost',
]);
export type TaskState = z.infer<typeof taskState>;

/** The summarized state: DONE is exit code 0, ERROR is every other end. */
export const taskStatus = z.enum(['QUEUED', 'RUNNING', 'DONE', 'ERROR']);
export type TaskStatus = z.infer<typeof taskStatus>;

/** Why a task failed. With `exit` and `signal` the program ended itself; the others name what ended it. */
export const taskCause = z.enum([
  'exit',
  'signal',
  'out_of_memory',
  'cpu_time',
  'wall_time',
  'too_many_processes',
  'disk_full',
  'output_limit',
  'cancelled',
  'window_closed',
  'sandbox_lost',
  'image_missing',
  'runtime_missing',
  'limits_missing',
]);
export type TaskCause = z.infer<typeof taskCause>;

/** `command` tasks come from POST /spawn; the others are code in that language. */
export const taskType = z.enum(['python', 'shell', 'node', 'command']);
export type TaskType = z.infer<typeof taskType>;

/** The languages of a task's code. */
export const scriptType = z.enum(['python', 'shell', 'node']);
export type ScriptType = z.infer<typeof scriptType>;

/** The order in which queued tasks start: P0, then P1, then P2; within one priority, the oldest first. */
export const taskPriority = z.enum(['P0', 'P1', 'P2']);
export type TaskPriority = z.infer<typeof taskPriority>;

export const taskId = z
  .string()
  .max(64)
  .regex(/^spawn-[0-9a-f]{8,}$/, 'must be a spawn id');

/** How GET identifies a task: by id, by UUID, or by the beginning of either, at least 4 hex digits. */
export const taskRef = z
  .string()
  .max(64)
  .regex(
    /^(spawn-[0-9a-f]{4,32}|[0-9a-f]{4}[0-9a-f-]{0,32})$/,
    'must be a spawn id, or the start of one',
  );

/** Why a valid request did not start a task. */
export const taskRefusal = z.enum(['off_by_policy', 'spawner_unavailable']);

export const taskAnswer = z.strictObject({
  spawn_id: z.union([taskId, z.literal('')]),
  spawn_uuid: z.string(),
  correlation_id: correlationId,
  status: taskStatus,
  task_type: taskType,
  error: taskRefusal.nullable(),
  hint: z.string().optional().meta({ description: 'What to do next if nothing was started' }),
  created_at: instant.nullable(),
});
export type TaskAnswer = z.infer<typeof taskAnswer>;

/** The limit that ended an attempt, and the peak usage. The name contains the unit. */
export const taskLimit = z.strictObject({
  name: z.string(),
  allowed: z.number(),
  peak: z.number().nullable(),
});

const outcome = {
  exit_code: z.int().nullable(),
  signal: z.string().nullable(),
  cause: taskCause.nullable(),
  limit: taskLimit.nullable(),
  peak_memory_mb: z.number().nullable(),
  cpu_ms: z.number().nullable(),
};

export const taskAttempt = z.strictObject({
  attempt: z.int(),
  mutation_level: z.int().meta({ description: '0 for the first attempt, 1 for the first retry' }),
  state: taskState,
  ...outcome,
  started_at: instant,
  finished_at: instant.nullable(),
  detail: z.string().nullable(),
});
export type TaskAttempt = z.infer<typeof taskAttempt>;

/** A task as lists show it, without its output. */
export const taskView = z.strictObject({
  spawn_id: taskId,
  spawn_uuid: z.string(),
  correlation_id: correlationId,
  host: hostName.meta({ description: 'The host whose spawner runs it' }),
  name: z.string().nullable(),
  task_type: taskType,
  status: taskStatus,
  state: taskState,
  ...outcome,
  mutation_level: z.int(),
  max_retries: z.int(),
  priority: taskPriority,
  user_id: z.string(),
  owner: z.string().meta({ description: 'The name of the token that started it' }),
  parent_id: taskId.nullable(),
  metadata: z.record(z.string(), jsonValue),
  ttl_seconds: z.int(),
  created_at: instant,
  expires_at: instant,
  started_at: instant.nullable().meta({ description: 'Start of the first attempt' }),
  finished_at: instant.nullable(),
  artifacts: z
    .array(z.strictObject({ path: z.string(), bytes: z.number() }))
    .meta({ description: 'Files the task left in /task/out' }),
  refused: z.array(z.strictObject({ path: z.string(), because: z.string() })).meta({
    description:
      'Files that were not kept: links, devices, invalid names, and files for which the host had no room',
  }),
  callback_url: z
    .string()
    .nullable()
    .meta({ description: 'Only the origin; the rest of the URL is not shown' }),
  error: z.string().nullable().meta({ description: 'The cause if the task failed' }),
  detail: z.string().nullable(),
});
export type TaskView = z.infer<typeof taskView>;

const wholeBytes = z.string().meta({
  description:
    'The exact bytes, if they are not valid UTF-8 and none was dropped; the text has U+FFFD for invalid bytes',
});

export const taskResult = z.strictObject({
  ...taskView.shape,
  stdout: z.string(),
  stderr: z.string(),
  stdout_truncated: z.boolean(),
  stderr_truncated: z.boolean(),
  stdout_dropped_bytes: z.number(),
  stderr_dropped_bytes: z.number(),
  stdout_base64: wholeBytes.optional(),
  stderr_base64: wholeBytes.optional(),
  queued_ms: z.number().nullable(),
  duration_ms: z.number().nullable(),
  attempts: z.array(taskAttempt),
});
export type TaskResult = z.infer<typeof taskResult>;

/** The answer of GET /spawn/{id}/status: the short form of a task. */
export const taskStatusAnswer = z.strictObject({
  spawn_id: taskId,
  status: z.enum(['created', 'running', 'completed', 'failed', 'timeout']),
  state: taskState,
  exit_code: z.int().nullable(),
  stdout: z.string().meta({ description: 'The last 1000 characters' }),
  stderr: z.string().meta({ description: 'The last 1000 characters' }),
  duration_ms: z.number().nullable(),
  memory_peak_mb: z.number().nullable(),
  cause: taskCause.nullable(),
  parent_id: taskId.nullable(),
});

export const taskListAnswer = z.strictObject({
  spawns: z.array(taskView),
  next_cursor: z.string().nullable(),
});

export const taskCancelAnswer = z.strictObject({
  spawn_id: taskId,
  was_live: z.boolean(),
  status: taskStatus,
  state: taskState,
  daughters: z
    .array(taskId)
    .meta({ description: 'Tasks it had started, which were cancelled with it' }),
  correlation_id: correlationId,
});

export const outputStream = z.enum(['stdout', 'stderr']);
export type OutputStream = z.infer<typeof outputStream>;

/** One chunk of output, as GET /vx11/spawn/{id}/logs streams it. */
export const logChunk = z.strictObject({
  attempt: z.int(),
  stream: outputStream,
  at: instant,
  text: z.string().meta({ description: 'Decoded as UTF-8; invalid bytes become U+FFFD' }),
  base64: z
    .string()
    .optional()
    .meta({ description: 'The exact bytes, if they are not valid UTF-8' }),
});
export type LogChunk = z.infer<typeof logChunk>;

/** The last event of a log stream. */
export const logEnd = z.strictObject({
  status: taskStatus,
  state: taskState,
  exit_code: z.int().nullable(),
  signal: z.string().nullable(),
  cause: taskCause.nullable(),
  error: z.string().nullable(),
});
export type LogEnd = z.infer<typeof logEnd>;

/** What a task runs: code in a language, or a command. */
export type TaskProgram =
  | { kind: ScriptType; code: string; args: string[] }
  | { kind: 'command'; command: string; args: string[] };

/** Everything that an attempt needs. The store keeps it until the task has ended; the API never returns it. */
export interface TaskSpec {
  program: TaskProgram;
  stdin: string;
  env: Record<string, string>;
  files: { path: string; content: string }[];
  memory_mb: number;
  cpus: number;
  pids: number;
  disk_mb: number;
  cpu_seconds: number | null;
  timeout_ms: number | null;
  egress: string[] | null;
}

/** Why a live task has to end: it was cancelled, or the spawner's window closed. */
export type EndReason = 'cancelled' | 'window_closed';
