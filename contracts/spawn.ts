import { z } from 'zod';
import { correlationId, hostName, instant } from './text.ts';

/** The fine state of a task; everything after `running` is an end. */
export const spawnState = z.enum([
  'queued',
  'running',
  'completed',
  'failed',
  'timeout',
  'killed',
  'cancelled',
  'lost',
]);
export type SpawnState = z.infer<typeof spawnState>;

/** The coarse state: DONE is an exit code of 0, ERROR is every other end. */
export const spawnStatus = z.enum(['QUEUED', 'RUNNING', 'DONE', 'ERROR']);
export type SpawnStatus = z.infer<typeof spawnStatus>;

/** What a task died of. `exit` and `signal` are its own doing; the rest names who or what ended it. */
export const spawnCause = z.enum([
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
]);
export type SpawnCause = z.infer<typeof spawnCause>;

/** `command` tasks come by POST /spawn; the others are code in that language. */
export const taskType = z.enum(['python', 'shell', 'node', 'command']);
export type TaskType = z.infer<typeof taskType>;

/** Who goes first while there is no room for all: P0, then P1, then P2; among equals the oldest. */
export const spawnPriority = z.enum(['P0', 'P1', 'P2']);
export type SpawnPriority = z.infer<typeof spawnPriority>;

/** The smallest and largest values that a field takes. */
export const spawnBounds = {
  codeBytes: 256 * 1024,
  filesBytes: 1024 * 1024,
  files: 100,
  stdinBytes: 1024 * 1024,
  args: 100,
  argBytes: 16 * 1024,
  env: 100,
  envBytes: 16 * 1024,
  metadataBytes: 16 * 1024,
} as const;

const utf8 = new TextEncoder();
const bytesOf = (text: string): number => utf8.encode(text).length;
const atMost = (bytes: number) => (text: string) =>
  text.length <= bytes && bytesOf(text) <= bytes;
/** What becomes an argument of a program cannot hold NUL; refused here rather than cut there. */
const noNul = (text: string): boolean => !text.includes('\0');
const nulMessage = 'must not hold NUL';

export const spawnId = z
  .string()
  .max(64)
  .regex(/^spawn-[0-9a-f]{8,}$/, 'must be a spawn id');

/** What GET takes for a task: its id, its uuid, or the beginning of either, 4 hex digits at least. */
export const spawnKey = z
  .string()
  .max(64)
  .regex(/^(spawn-[0-9a-f]{4,32}|[0-9a-f]{4}[0-9a-f-]{0,32})$/, 'must be a spawn id, or the start of one');

const code = z
  .string()
  .min(1)
  .refine(atMost(spawnBounds.codeBytes), `must be at most ${spawnBounds.codeBytes} bytes`)
  .refine(noNul, nulMessage);

const argument = z
  .string()
  .refine(atMost(spawnBounds.argBytes), `must be at most ${spawnBounds.argBytes} bytes`)
  .refine(noNul, nulMessage);
const args = z.array(argument).max(spawnBounds.args);

const stdin = z
  .string()
  .refine(atMost(spawnBounds.stdinBytes), `must be at most ${spawnBounds.stdinBytes} bytes`);

/** LD_ names change what a program is; VX11_ names are ours. */
const env = z
  .record(
    z
      .string()
      .max(128)
      .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be a name of letters, digits and _')
      .regex(/^(?!LD_|VX11_)/, 'must not start with LD_ or VX11_'),
    z
      .string()
      .refine(atMost(spawnBounds.envBytes), `must be at most ${spawnBounds.envBytes} bytes`)
      .refine(noNul, nulMessage),
  )
  .refine((names) => Object.keys(names).length <= spawnBounds.env, `at most ${spawnBounds.env} names`);

/** Where a file may lie is said by `domain/task-file.ts`. */
const files = z
  .array(z.strictObject({ path: z.string().min(1).max(1024), content: z.string() }))
  .max(spawnBounds.files)
  .refine(
    (list) =>
      list.reduce((sum, { content }) => sum + bytesOf(content), 0) <= spawnBounds.filesBytes,
    `must be at most ${spawnBounds.filesBytes} bytes in all`,
  );

const callbackUrl = z
  .string()
  .max(2048)
  .refine((text) => {
    const url = URL.canParse(text) ? new URL(text) : null;
    return (
      url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === ''
    );
  }, 'must be an http or https address without a user name');

const metadata = z
  .record(z.string().max(128), z.json())
  .refine(
    (value) => bytesOf(JSON.stringify(value)) <= spawnBounds.metadataBytes,
    `must be at most ${spawnBounds.metadataBytes} bytes`,
  );

const shared = {
  max_memory_mb: z.int().min(16).max(1_048_576).optional(),
  env: env.optional(),
  parent_id: spawnId.optional().meta({ description: 'The task that this one is a daughter of' }),
};

export const spawnBody = z.strictObject({
  task_type: z.enum(['python', 'shell', 'node']),
  code,
  args: args.optional(),
  stdin: stdin.optional().meta({ description: 'Nothing where left out: reading it ends at once' }),
  files: files.optional().meta({ description: 'Laid out under /task before the code runs' }),
  ...shared,
  ttl_seconds: z
    .int()
    .min(1)
    .max(86_400)
    .optional()
    .meta({ description: 'The whole task with all its waits and attempts; 3600 where left out' }),
  timeout_seconds: z.int().min(1).max(86_400).optional().meta({ description: 'One attempt' }),
  cpus: z.number().min(0.1).max(256).optional().meta({ description: '1 where left out' }),
  pids: z.int().min(1).max(4096).optional().meta({ description: '128 where left out' }),
  disk_mb: z.int().min(1).max(4096).optional().meta({ description: '64 where left out' }),
  cpu_seconds: z.int().min(1).max(86_400).optional(),
  network: z.enum(['none', 'egress-allowlist']).optional(),
  egress: z
    .array(z.string().max(253).regex(/^[a-z0-9.-]+(:\d{1,5})?$/, 'must be a host name'))
    .max(50)
    .optional()
    .meta({ description: 'Hosts that may be reached, within what the operator allows' }),
  max_retries: z.int().min(0).max(10).optional(),
  priority: spawnPriority.optional().meta({ description: 'P1 where left out' }),
  user_id: z.string().min(1).max(128).regex(/^[\x21-\x7e]+$/).optional(),
  metadata: metadata.optional().meta({ description: 'Kept and shown as it is' }),
  correlation_id: correlationId.optional(),
  callback_url: callbackUrl.optional(),
});
export type SpawnBody = z.infer<typeof spawnBody>;

export const commandBody = z.strictObject({
  name: z.string().min(1).max(128).regex(/^[\x20-\x7e]+$/, 'must be printable ASCII'),
  command: z
    .string()
    .min(1)
    .max(1024)
    .refine(noNul, nulMessage),
  args: args.optional(),
  timeout_seconds: z.int().min(1).max(300).optional(),
  ...shared,
});
export type CommandBody = z.infer<typeof commandBody>;

/** Why nothing was started although the request was right. */
export const spawnRefusal = z.enum(['off_by_policy', 'spawner_unavailable']);

export const spawnAnswer = z.strictObject({
  spawn_id: z.union([spawnId, z.literal('')]),
  spawn_uuid: z.string(),
  correlation_id: correlationId,
  status: spawnStatus,
  task_type: taskType,
  error: spawnRefusal.nullable(),
  hint: z.string().optional().meta({ description: 'What to do next, where nothing was started' }),
  created_at: instant.nullable(),
});
export type SpawnAnswer = z.infer<typeof spawnAnswer>;

/** The limit that ended an attempt, and how far it got. Units are in the name. */
export const spawnLimit = z.strictObject({
  name: z.string(),
  allowed: z.number(),
  peak: z.number().nullable(),
});
export type SpawnLimit = z.infer<typeof spawnLimit>;

const outcome = {
  exit_code: z.int().nullable(),
  signal: z.string().nullable(),
  cause: spawnCause.nullable(),
  limit: spawnLimit.nullable(),
  peak_memory_mb: z.number().nullable(),
  cpu_ms: z.number().nullable(),
};

export const spawnAttempt = z.strictObject({
  attempt: z.int(),
  mutation_level: z.int().meta({ description: '0 for the first attempt, 1 for its first retry' }),
  state: spawnState,
  ...outcome,
  started_at: instant,
  finished_at: instant.nullable(),
  detail: z.string().nullable(),
});
export type SpawnAttempt = z.infer<typeof spawnAttempt>;

/** A task as lists show it, without its output. */
export const spawnView = z.strictObject({
  spawn_id: spawnId,
  spawn_uuid: z.string(),
  correlation_id: correlationId,
  host: hostName.meta({ description: 'Whose spawner runs it' }),
  name: z.string().nullable(),
  task_type: taskType,
  status: spawnStatus,
  state: spawnState,
  ...outcome,
  mutation_level: z.int(),
  max_retries: z.int(),
  priority: spawnPriority,
  user_id: z.string(),
  owner: z.string().meta({ description: 'The name of the token that started it' }),
  parent_id: spawnId.nullable(),
  metadata: z.record(z.string(), z.json()),
  ttl_seconds: z.int(),
  created_at: instant,
  expires_at: instant,
  started_at: instant.nullable().meta({ description: 'Of the first attempt' }),
  finished_at: instant.nullable(),
  artifacts: z
    .array(z.strictObject({ path: z.string(), bytes: z.number() }))
    .meta({ description: 'What it left in /task/out' }),
  refused: z
    .array(z.strictObject({ path: z.string(), because: z.string() }))
    .meta({ description: 'What it left there and was not taken: links, devices, bad names' }),
  callback_url: z.string().nullable(),
  error: z.string().nullable().meta({ description: 'The cause, where the task did not end well' }),
  detail: z.string().nullable(),
});
export type SpawnView = z.infer<typeof spawnView>;

export const spawnResult = z.strictObject({
  ...spawnView.shape,
  stdout: z.string(),
  stderr: z.string(),
  stdout_truncated: z.boolean(),
  stderr_truncated: z.boolean(),
  stdout_dropped_bytes: z.number(),
  stderr_dropped_bytes: z.number(),
  queued_ms: z.number().nullable(),
  duration_ms: z.number().nullable(),
  attempts: z.array(spawnAttempt),
});
export type SpawnResult = z.infer<typeof spawnResult>;

/** What GET /spawn/{id}/status answers: the short form. */
export const spawnStatusAnswer = z.strictObject({
  spawn_id: spawnId,
  status: z.enum(['created', 'running', 'completed', 'failed', 'timeout']),
  state: spawnState,
  exit_code: z.int().nullable(),
  stdout: z.string().meta({ description: 'The last 1000 characters' }),
  stderr: z.string().meta({ description: 'The last 1000 characters' }),
  duration_ms: z.number().nullable(),
  memory_peak_mb: z.number().nullable(),
  cause: spawnCause.nullable(),
  parent_id: spawnId.nullable(),
});

export const spawnListAnswer = z.strictObject({
  spawns: z.array(spawnView),
  next_cursor: z.string().nullable(),
});

export const spawnCancelAnswer = z.strictObject({
  spawn_id: spawnId,
  was_live: z.boolean(),
  status: spawnStatus,
  state: spawnState,
  daughters: z.array(spawnId).meta({ description: 'What it had started and was cancelled with it' }),
  correlation_id: correlationId,
});

export const outputStream = z.enum(['stdout', 'stderr']);
export type OutputStream = z.infer<typeof outputStream>;

/** One piece of output as GET /vx11/spawn/{id}/logs streams it. */
export const logChunk = z.strictObject({
  attempt: z.int(),
  stream: outputStream,
  at: instant,
  text: z.string(),
});
export type LogChunk = z.infer<typeof logChunk>;

/** The last event of such a stream. */
export const logEnd = z.strictObject({
  status: spawnStatus,
  state: spawnState,
  exit_code: z.int().nullable(),
  signal: z.string().nullable(),
  cause: spawnCause.nullable(),
  error: z.string().nullable(),
});
export type LogEnd = z.infer<typeof logEnd>;

/** Everything that an attempt is made from; rests in the store until the task has ended, and is shown to nobody. */
export interface SpawnSpec {
  program:
    | { kind: 'python' | 'shell' | 'node'; code: string; args: string[] }
    | { kind: 'command'; command: string; args: string[] };
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

/** Why a live task is to end: someone asked for it, or the spawner's window closed. */
export type EndReason = 'cancelled' | 'window_closed';
