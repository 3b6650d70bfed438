import { z } from 'zod';
import { stoppedBy } from './service.ts';
import { correlationId, hostName, instant, reasonText, serviceName, windowId } from './text.ts';

export const windowState = z.enum([
  'requested',
  'queued',
  'opening',
  'open',
  'closing',
  'closed',
  'failed',
]);
export type WindowState = z.infer<typeof windowState>;

/** A `ttl` window ends at its deadline; a `hold` window has none and stays open until it is closed. */
export const windowMode = z.enum(['ttl', 'hold']);

/** What closed a window. `settle_loop` and `guard` close it when its workflow cannot. */
export const closedBy = z.enum(['caller', 'deadline', 'settle_loop', 'guard', 'idle', 'policy']);
export type ClosedBy = z.infer<typeof closedBy>;

export const serviceFailure = z.strictObject({
  service: z.string(),
  error: z.enum([
    'image_missing',
    'pull_failed',
    'build_failed',
    'disk_full',
    'gpu_unavailable',
    'port_taken',
    'unhealthy',
    'not_ready_in_time',
    'exited',
    'dependency_failed',
    'create_failed',
    'start_failed',
    'engine_unavailable',
    'removed_from_file',
    'unsupported',
    'invalid_service',
    'network_changed',
    'no_room',
  ]),
  detail: z.string().meta({ description: 'What happened and what to do next' }),
});
export type ServiceFailure = z.infer<typeof serviceFailure>;

const downState = z.enum(['exited', 'absent', 'running', 'unknown']).meta({
  description: 'As the Engine reports; unknown if it was started on a different Engine',
});

/** How one container of a window stopped. */
export const containerReceipt = z.strictObject({
  id: z.string(),
  name: z.string(),
  project: z.string().meta({ description: 'The Compose project it was started in' }),
  state: downState,
  exit_code: z.number().nullable(),
  forced: z.boolean(),
  stopped_by: stoppedBy.nullable(),
  stopped_at: instant.nullable(),
});
export type ContainerReceipt = z.infer<typeof containerReceipt>;

/** How one service of a window stopped. */
export const serviceReceipt = z.strictObject({
  service: z.string(),
  container: z.string().nullable(),
  state: downState,
  outcome: z
    .enum(['stopped', 'killed', 'done', 'was_down', 'kept', 'left_running'])
    .meta({ description: '`done`: a job that ended with exit code 0 inside the window' }),
  exit_code: z.number().nullable(),
  forced: z.boolean().meta({ description: 'Killed by SIGKILL after its grace period' }),
  stopped_by: stoppedBy.nullable(),
  stopped_at: instant.nullable(),
  stop_ms: z.number().nullable().meta({ description: 'How long the service took to stop' }),
  overrun_ms: z.number().nullable().meta({ description: 'stopped_at − deadline' }),
  kept_for: z.array(windowId).meta({ description: 'Windows that still hold the service' }),
  containers: z.array(containerReceipt).optional().meta({
    description: 'Every container that ran for this window; absent in receipts of older versions',
  }),
});
export type ServiceReceipt = z.infer<typeof serviceReceipt>;

/** The proof that a window's services stopped: written once, after the Engine has confirmed it. */
export const receipt = z.strictObject({
  window_id: windowId,
  closed_by: closedBy,
  reason: z.string().nullable(),
  deadline: instant.nullable(),
  closed_at: instant,
  overrun_ms: z.number().nullable().meta({ description: 'The largest overrun_ms of its services' }),
  services: z.array(serviceReceipt),
  residue: z
    .array(z.string())
    .meta({ description: 'Services that still run without a window; expected to be empty' }),
});
export type Receipt = z.infer<typeof receipt>;

/** A window: the state of its workflow, its row in the store and its form in the API. */
export const windowView = z.strictObject({
  window_id: windowId,
  kind: z.enum(['target', 'operator']),
  host: hostName,
  target: z
    .string()
    .nullable()
    .meta({ description: 'For a target window: the service it was opened for' }),
  services: z.array(z.string()).meta({ description: 'The requested services' }),
  members: z
    .array(z.string())
    .meta({ description: 'The requested services and their dependencies, in start order' }),
  state: windowState,
  mode: windowMode,
  ttl_ms: z.number().nullable(),
  max_ttl_ms: z.number(),
  owner: z.string().meta({ description: 'The name of the token that opened it' }),
  reason: reasonText.nullable(),
  correlation_id: correlationId,
  requested_at: instant,
  opened_at: instant.nullable(),
  expires_at: instant.nullable(),
  max_expires_at: instant
    .nullable()
    .meta({ description: 'The limit of extensions; null before it is open, and for a hold' }),
  closed_at: instant.nullable(),
  extensions: z.number(),
  services_started: z.array(z.string()),
  services_failed: z.array(serviceFailure),
  waiting_for: z.string().nullable().meta({
    description:
      'While queued: what has to become free. While opening: the image being pulled or built, or the jobs that have to end',
  }),
  approval: z
    .strictObject({ by: z.string(), at: instant })
    .nullable()
    .meta({ description: 'Who approved it, if approval was needed' }),
  receipt: receipt.nullable(),
});
export type WindowView = z.infer<typeof windowView>;

export const ttlSeconds = z.int().min(1).max(3600);

export const openWindowBody = z.strictObject({
  target: serviceName,
  ttl_seconds: ttlSeconds.meta({ description: 'Starts when the window is open' }),
  reason: reasonText.optional(),
  wait_seconds: z
    .int()
    .min(0)
    .max(60)
    .optional()
    .meta({ description: 'How long the call may wait. Default: 30' }),
  host: hostName.optional().meta({ description: 'Required if several hosts have the service' }),
});

const targetOrWindow = {
  target: serviceName.optional(),
  window_id: windowId.optional(),
  host: hostName.optional(),
};
const namesOne = (body: { target?: unknown; window_id?: unknown }): boolean =>
  (body.target === undefined) !== (body.window_id === undefined);
const namesOneMessage = { message: 'name either target or window_id', path: ['target'] };

export const extendWindowBody = z
  .strictObject({ ...targetOrWindow, seconds: z.int().min(1).max(86_400) })
  .refine(namesOne, namesOneMessage);

export const closeWindowBody = z
  .strictObject({
    ...targetOrWindow,
    reason: reasonText.optional(),
    wait_seconds: z
      .int()
      .min(0)
      .max(140)
      .optional()
      .meta({ description: 'How long the call may wait for the receipt. Default: 140' }),
  })
  .refine(namesOne, namesOneMessage);

export const openWindowAnswer = z.strictObject({
  window_id: windowId,
  target: z.string(),
  is_open: z.boolean(),
  state: windowState,
  opened_at: instant.nullable(),
  expires_at: instant.nullable(),
  ttl_remaining_seconds: z.number().nullable(),
  services_started: z.array(z.string()),
  services_failed: z.array(serviceFailure),
  waiting_for: z.string().nullable(),
  clamped: z.boolean().meta({ description: 'The TTL was shortened to fit max_ttl' }),
  correlation_id: correlationId,
});
export type OpenWindowAnswer = z.infer<typeof openWindowAnswer>;

export const extendWindowAnswer = z.strictObject({
  window_id: windowId,
  expires_at: instant,
  ttl_remaining_seconds: z.number(),
  extensions: z.number(),
  clamped: z.boolean(),
  max_expires_at: instant,
  correlation_id: correlationId,
});

export const closeWindowAnswer = z.strictObject({
  window_id: windowId.nullable(),
  target: z.string().nullable(),
  closed: z
    .boolean()
    .meta({ description: 'True only with its receipt, or where there is no window at all' }),
  state: windowState.nullable(),
  was_open: z.boolean(),
  receipt: receipt.nullable(),
  correlation_id: correlationId,
});

export const windowStatusAnswer = z.strictObject({
  target: z.string(),
  window_id: windowId.nullable(),
  is_open: z.boolean(),
  state: windowState
    .nullable()
    .meta({ description: 'State of its newest window; null if there has never been one' }),
  ttl_remaining_seconds: z.number().nullable(),
  opened_at: instant.nullable(),
  expires_at: instant.nullable(),
});

export const windowListAnswer = z.strictObject({
  windows: z.array(windowView),
  next_cursor: z.string().nullable(),
});
