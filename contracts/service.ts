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

/** How the image of a service comes to be on its host. */
export const imageSource = z.strictObject({
  /** Its name: what the file says, or what Compose calls the image that it builds. */
  ref: z.string(),
  /** Whether a registry may have it; what is built without a name of its own is in none. */
  pullable: z.boolean(),
  has_build: z.boolean(),
  policy: z.enum(['always', 'missing', 'never', 'build', 'refresh']),
  /** Of `refresh`: how old it may be. */
  refresh_ms: z.number().nullable(),
  platform: z.string().nullable(),
  /** Images that are mounted as volumes. */
  volume_images: z.array(z.string()),
});
export type ImageSource = z.infer<typeof imageSource>;

/** The GPUs that one container of a service reserves. */
export const gpuNeed = z.strictObject({
  count: z.union([z.number(), z.literal('all')]),
  /** Those that are named; containers that name one share it. */
  ids: z.array(z.string()),
  memory_bytes: z.number().nullable(),
});
export type GpuNeed = z.infer<typeof gpuNeed>;

/** What VX11 knows of one service from the compose file. Durations in ms, sizes in bytes. */
export const catalogService = z.strictObject({
  name: serviceName,
  tier: serviceTier,
  image: z.string(),
  /**
   * Compose's own hash of the service: a container that carries another one is outdated. Empty where it depends on which
   * container another service has.
   */
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
  /** Why it cannot be opened as the file is; left out where it can. */
  problem: z
    .strictObject({ error: z.enum(['unsupported', 'invalid_service']), detail: z.string() })
    .optional(),
  /** False: no plan opens a window for it unasked. */
  auto_open: z.boolean().optional(),
  /** Null where it has no image of its own; an older version did not write it. */
  image_source: imageSource.nullable().optional(),
  /** Null where it reserves none; an older version did not write it. */
  gpu: gpuNeed.nullable().optional(),
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
  budget: z.strictObject({
    memory_bytes: z.number().nullable(),
    cpus: z.number().nullable(),
    gpus: z.number().nullable().optional(),
    gpu_memory_bytes: z.number().nullable().optional(),
  }),
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

/** How a container went down. Instants in epoch ms. */
export interface ServiceStop {
  at: number;
  by: StoppedBy;
  forced: boolean;
  stop_ms: number;
  exit_code: number | null;
}

/** A container that runs, or ran, for the leases on its service. Instants in epoch ms. */
export interface HeldContainer {
  id: string;
  name: string;
  /** The Compose project that it was started in, which the file may not name any more. */
  project: string;
  /** The Engine's own id, as it was then; null where it could not be asked. */
  engine: string | null;
  /** True from before its start until it was seen down with no lease left, or gone. */
  held: boolean;
  /** The Engine asked now is another one, which does not know it: whether it runs cannot be told. */
  away: boolean;
  /** The Engine's instant of its newest known start. */
  started_at: number | null;
  /** Its newest known end; null while it runs. */
  end: ServiceStop | null;
  /** The windows that it was held for and that have no receipt yet; whether it ran for each. */
  windows: { id: string; ran: boolean; started_before: number | null }[];
}

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
  stop: ServiceStop | null;
  /** What was started for its leases; left out by older versions. */
  containers?: HeldContainer[];
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
