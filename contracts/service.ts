import { z } from 'zod';
import { hostName, instant, serviceName, windowId } from './text.ts';

/** `core` always runs, `window` runs only inside windows, `infrastructure` is what both stand on. */
export const serviceTier = z.enum(['core', 'window', 'infrastructure']);
export type ServiceTier = z.infer<typeof serviceTier>;

/** What becomes of a service that runs without a window: stopped, given a window of its default TTL, or only told. */
export const strayPolicy = z.enum(['stop', 'adopt', 'report']);
export type StrayPolicy = z.infer<typeof strayPolicy>;

/**
 * What a container is doing, in the Engine's terms; `absent` means that no container exists, `done` that a job ended with
 * 0 inside its window, so that nothing has to run.
 */
export const containerState = z.enum([
  'absent',
  'created',
  'starting',
  'running',
  'unhealthy',
  'paused',
  'restarting',
  'stopping',
  'exited',
  'done',
  'dead',
  'unknown',
]);
export type ContainerState = z.infer<typeof containerState>;

/** How a part of the system is; `off_by_policy` is asleep because nobody opened it, and not a fault. */
export const healthState = z.enum(['ok', 'starting', 'degraded', 'down', 'off_by_policy']);
export type HealthState = z.infer<typeof healthState>;

/** What VX11 knows of one service from the compose file. Durations in ms, sizes in bytes. */
export const catalogService = z.strictObject({
  name: serviceName,
  tier: serviceTier,
  image: z.string(),
  /** Compose's own hash of the service: a container that carries another one is outdated. */
  config_hash: z.string(),
  depends_on: z.array(
    z.strictObject({
      service: serviceName,
      condition: z.enum(['service_started', 'service_healthy', 'service_completed_successfully']),
      required: z.boolean(),
      /** It is restarted when that service was. */
      restart: z.boolean().optional(),
      /** It lives in a namespace of that service's container: where that is made again, so is this one. */
      shares_namespace: z.boolean().optional(),
    }),
  ),
  /** Another service of the file waits for it to complete. */
  one_shot: z.boolean().optional(),
  /** What a start or a stop takes from the compose file: files that are copied in, hooks that are run. */
  at_start: z.array(z.enum(['files', 'post_start', 'pre_stop'])).optional(),
  default_ttl_ms: z.number(),
  max_ttl_ms: z.number(),
  /** Unused for this long, it leaves its windows before their deadline; null never. */
  idle_ms: z.number().nullable(),
  stray: strayPolicy,
  has_healthcheck: z.boolean(),
  start_timeout_ms: z.number(),
  /** `start_timeout_ms` is what the file says in `x-vx11`, so no health check of the image makes it longer. */
  start_timeout_fixed: z.boolean().optional(),
  stop_grace_ms: z.number(),
  /** TCP ports inside the container, probed while a service without a health check starts. */
  ports: z.array(z.number()),
  restart: z.enum(['no', 'always', 'on-failure', 'unless-stopped']),
  /** How often it is started again at most, where the file says so (`on-failure:3`). */
  restart_limit: z.number().optional(),
  /** How many containers of it run at once; the limits are of each. */
  replicas: z.number(),
  memory_bytes: z.number().nullable(),
  cpus: z.number().nullable(),
  /** False: no plan opens a window for it unasked. */
  auto_open: z.boolean().optional(),
});
export type CatalogService = z.infer<typeof catalogService>;

/** What a plan of HIGH risk waits for; of every plan that waits, how long. */
export const confirmRule = z.strictObject({
  quorum: z.int(),
  no_self_approval: z.boolean(),
  expires_ms: z.number(),
});
export type ConfirmRule = z.infer<typeof confirmRule>;

/** The services of one compose file on one host. */
export const catalog = z.strictObject({
  host: hostName,
  project: z.string(),
  compose_file: z.string(),
  services: z.array(catalogService),
  /** What all windows of this host may use together. */
  budget: z.strictObject({ memory_bytes: z.number().nullable(), cpus: z.number().nullable() }),
  confirm: confirmRule.optional(),
  read_at: instant,
  /** Why the newest version of the file could not be read; the services are then those of the last good one. */
  error: z.string().nullable(),
});
export type Catalog = z.infer<typeof catalog>;

/** One service as the status answers show it. */
export const serviceStatus = z.strictObject({
  name: z.string(),
  host: hostName,
  tier: serviceTier,
  state: containerState,
  health: healthState,
  window_ids: z.array(windowId),
  until: instant
    .nullable()
    .meta({ description: 'When its last window ends; null without one, or on hold' }),
  reason: z.string().nullable().meta({ description: 'Why it is not ok' }),
  note: z.string().nullable().meta({
    description:
      'What is remarkable about it, however well it is: why it runs without a window, why it is not brought back',
  }),
});
export type ServiceStatus = z.infer<typeof serviceStatus>;

/** Who ended a service: the window that held it, one of those who stand in, somebody outside VX11, or the job itself. */
export const stoppedBy = z.enum(['window', 'settle_loop', 'guard', 'someone_else', 'itself']);
export type StoppedBy = z.infer<typeof stoppedBy>;

/** What the power worker last saw of one service on its Engine. Instants in epoch ms. */
export interface ServiceObservation {
  name: string;
  host: string;
  container_id: string | null;
  container_name: string | null;
  state: ContainerState;
  /** The health check's word; `none` without one. */
  health: 'healthy' | 'unhealthy' | 'starting' | 'none';
  exit_code: number | null;
  started_at: number | null;
  finished_at: number | null;
  /** The newest stop that is known. */
  stop: {
    at: number;
    by: StoppedBy;
    forced: boolean;
    stop_ms: number;
    exit_code: number | null;
  } | null;
  /** Since when it runs without any window. */
  stray_since: number | null;
  /** It ran already when VX11 first met this stack, and is left alone until it stops or someone says otherwise. */
  tolerated: boolean;
  /** Its container was made from an older version of the compose file. */
  outdated: boolean;
  memory_bytes: number | null;
  /** Why it is not as its leases ask. */
  note: string | null;
}
