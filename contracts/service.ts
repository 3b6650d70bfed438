import { z } from 'zod';
import { suiteSummary } from './checks.ts';
import { declaredNotify } from './notice-channel.ts';
import { declaredSchedule } from './schedule.ts';
import { declaredWindowSchedule } from './window-schedule.ts';
import { hostName, instant, serviceName, windowId } from './text.ts';
import { wakeRule } from './wake.ts';

/** `core` always runs, `window` runs only inside windows, `infrastructure` is what both depend on. */
export const serviceTier = z.enum(['core', 'window', 'infrastructure']);
export type ServiceTier = z.infer<typeof serviceTier>;

/** The action on a service that runs without a window: stop it, open a window with its default TTL, or only report it. */
export const strayPolicy = z.enum(['stop', 'adopt', 'report']);
export type StrayPolicy = z.infer<typeof strayPolicy>;

/**
 * The state of a container, in the Engine's terms. `absent`: no container exists. `done`: a job ended with exit code 0
 * inside its window, so nothing has to run.
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

/** The health of a component. `off_by_policy`: it is asleep because no window is open for it, which is not a fault. */
export const healthState = z.enum(['ok', 'starting', 'degraded', 'down', 'off_by_policy']);
export type HealthState = z.infer<typeof healthState>;

/** How a service's image gets onto its host. */
export const imageSource = z.strictObject({
  /** The image name from the file, or the name that Compose gives to the image it builds. */
  ref: z.string(),
  /** Whether a registry may have the image; an image that is built without its own name is in none. */
  pullable: z.boolean(),
  has_build: z.boolean(),
  policy: z.enum(['always', 'missing', 'never', 'build', 'refresh']),
  /** For `refresh`: the largest age of the image, in ms. */
  refresh_ms: z.number().nullable(),
  platform: z.string().nullable(),
  /** Images mounted as volumes. */
  volume_images: z.array(z.string()),
});
export type ImageSource = z.infer<typeof imageSource>;

/** The GPUs that one container of a service reserves. */
export const gpuNeed = z.strictObject({
  count: z.union([z.number(), z.literal('all')]),
  /** GPUs reserved by id; several containers can share one. */
  ids: z.array(z.string()),
  memory_bytes: z.number().nullable(),
});
export type GpuNeed = z.infer<typeof gpuNeed>;

/** A service as read from the compose file. Durations in ms, sizes in bytes. */
export const catalogService = z.strictObject({
  name: serviceName,
  tier: serviceTier,
  image: z.string(),
  /**
   * Compose's hash of the service: a container labelled with a different hash is outdated. Empty if the hash depends on
   * the container of another service.
   */
  config_hash: z.string(),
  depends_on: z.array(
    z.strictObject({
      service: serviceName,
      condition: z.enum(['service_started', 'service_healthy', 'service_completed_successfully']),
      required: z.boolean(),
      /** Restart this service when the dependency is restarted. */
      restart: z.boolean().optional(),
      /** It shares a namespace of the dependency's container: if that is recreated, so is this one. */
      shares_namespace: z.boolean().optional(),
    }),
  ),
  /** Another service of the file waits for its completion. */
  one_shot: z.boolean().optional(),
  /** Extra work at a start or a stop: files to copy into the container, hooks to run. */
  at_start: z.array(z.enum(['files', 'post_start', 'pre_stop'])).optional(),
  default_ttl_ms: z.number(),
  max_ttl_ms: z.number(),
  /** After this idle time the service leaves its windows before their deadline; null: never. */
  idle_ms: z.number().nullable(),
  stray: strayPolicy,
  has_healthcheck: z.boolean(),
  start_timeout_ms: z.number(),
  /** `start_timeout_ms` comes from `x-vx11`, so a health check of the image does not extend it. */
  start_timeout_fixed: z.boolean().optional(),
  stop_grace_ms: z.number(),
  /** TCP ports inside the container; probed at the start of a service that has no health check. */
  ports: z.array(z.number()),
  restart: z.enum(['no', 'always', 'on-failure', 'unless-stopped']),
  /** The largest number of restarts, if the file sets one (`on-failure:3`). */
  restart_limit: z.number().optional(),
  /** The number of containers that run at once; limits apply to each. */
  replicas: z.number(),
  memory_bytes: z.number().nullable(),
  cpus: z.number().nullable(),
  /** Why the service cannot be opened with the current file; absent if it can. */
  problem: z
    .strictObject({ error: z.enum(['unsupported', 'invalid_service']), detail: z.string() })
    .optional(),
  /** False: no plan opens a window for it without being asked. */
  auto_open: z.boolean().optional(),
  /** Null if the service has no image; absent in catalogs written by older versions. */
  image_source: imageSource.nullable().optional(),
  /** Null if the service reserves none; absent in catalogs written by older versions. */
  gpu: gpuNeed.nullable().optional(),
  /** Absent if no request may wake it. */
  wake: wakeRule.optional(),
});
export type CatalogService = z.infer<typeof catalogService>;

/** The approvals that a HIGH-risk plan needs, and how long any plan waits for confirmation. */
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
  /** The resource limits for all windows of this host together. */
  budget: z.strictObject({
    memory_bytes: z.number().nullable(),
    cpus: z.number().nullable(),
    gpus: z.number().nullable().optional(),
    gpu_memory_bytes: z.number().nullable().optional(),
  }),
  confirm: confirmRule.optional(),
  /** What can be checked; absent in catalogs written by older versions. */
  suites: z.array(suiteSummary).optional(),
  /** When checks run by themselves; absent as `suites`. */
  schedules: z.array(declaredSchedule).optional(),
  /** When windows open by themselves; absent as `suites`. */
  window_schedules: z.array(declaredWindowSchedule).optional(),
  /** The channels of notifications; absent as `suites`. */
  notify: declaredNotify.optional(),
  read_at: instant,
  /** Why the current file could not be read; the services are then those of the last valid version. */
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
    .meta({ description: 'The end of its last window; null without a window or with a hold' }),
  reason: z.string().nullable().meta({ description: 'Why health is not ok' }),
  note: z.string().nullable().meta({
    description:
      'A remark that does not depend on health: why it runs without a window, why it is not restarted',
  }),
});
export type ServiceStatus = z.infer<typeof serviceStatus>;

/** What stopped a service: its window, a fallback (settle loop or guard), someone outside VX11, or the job itself. */
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

const bytes = z.number().nullable();

/** One service: its status, what the compose file says about it, and what was last seen of it. */
export const serviceDetail = z.strictObject({
  ...serviceStatus.shape,
  image: z.string(),
  problem: catalogService.shape.problem
    .unwrap()
    .nullable()
    .meta({ description: 'Why it cannot be opened with the current file' }),
  depends_on: z.array(
    z.strictObject({ service: z.string(), condition: z.string(), required: z.boolean() }),
  ),
  replicas: z.number(),
  memory_bytes: bytes.meta({ description: 'Limit of one replica' }),
  cpus: z.number().nullable().meta({ description: 'Limit of one replica' }),
  gpu: gpuNeed.nullable(),
  default_ttl_ms: z.number(),
  max_ttl_ms: z.number(),
  idle_ms: z.number().nullable().meta({ description: 'It leaves its windows after so long idle' }),
  stray: strayPolicy,
  container_name: z.string().nullable(),
  started_at: instant.nullable(),
  memory_seen_bytes: bytes.meta({ description: 'Last measured use of all replicas' }),
  outdated: z.boolean().meta({ description: 'Its container is from an older compose file' }),
  stray_since: instant
    .nullable()
    .meta({ description: 'Since when it has been running without a window' }),
  last_stop: z
    .strictObject({
      at: instant,
      by: stoppedBy,
      forced: z.boolean(),
      stop_ms: z.number(),
      exit_code: z.number().nullable(),
    })
    .nullable(),
});
export type ServiceDetail = z.infer<typeof serviceDetail>;

export const serviceListAnswer = z.strictObject({ services: z.array(serviceDetail) });

/** A container that runs, or ran, for the leases on its service. Instants in epoch ms. */
export interface HeldContainer {
  id: string;
  name: string;
  /** The Compose project it was started in; the file may since have another name. */
  project: string;
  /** The Engine's id at that time; null if the Engine did not report it. */
  engine: string | null;
  /** True from just before its start until it is observed stopped without a lease, or removed. */
  held: boolean;
  /** True if the current Engine is a different one that does not know it, so its state is unknown. */
  away: boolean;
  /** The newest known start, by the Engine's clock. */
  started_at: number | null;
  /** The newest known stop; null while it runs. */
  end: ServiceStop | null;
  /** The windows it was held for that have no receipt yet, and whether it ran for each. */
  windows: { id: string; ran: boolean; started_before: number | null }[];
}

/** The power worker's last observation of one service on its Engine. Instants in epoch ms. */
export interface ServiceObservation {
  name: string;
  host: string;
  container_id: string | null;
  container_name: string | null;
  state: ContainerState;
  /** The health check's result; `none` without a health check. */
  health: 'healthy' | 'unhealthy' | 'starting' | 'none';
  exit_code: number | null;
  started_at: number | null;
  finished_at: number | null;
  /** The newest known stop. */
  stop: ServiceStop | null;
  /** The containers started for its leases; absent if written by an older version. */
  containers?: HeldContainer[];
  /** When it began to run without any window. */
  stray_since: number | null;
  /** It was already running when VX11 adopted this stack. It is left alone until it stops or an explicit request ends it. */
  tolerated: boolean;
  /** Its container was created from an older version of the compose file. */
  outdated: boolean;
  memory_bytes: number | null;
  /** Why it is not in the state that its leases require. */
  note: string | null;
}
