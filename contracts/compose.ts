import { z } from 'zod';
import { serviceName } from './text.ts';
import { serviceTier, strayPolicy } from './service.ts';

const scalar = z.union([z.string(), z.number()]).transform(String);

const ownDefaults = {
  default_ttl: scalar.optional(),
  max_ttl: scalar.optional(),
  stray: strayPolicy.optional(),
  idle: scalar.optional(),
  /** How long a service may take to become ready; overrides the timing of its health check. */
  start_timeout: scalar.optional(),
  /** Whether a plan that needs the service may open a window for it without being asked. */
  auto_open: z.boolean().optional(),
  /** When images are pulled; overrides the file's `pull_policy`, like `docker compose up --pull`. */
  pull: z.enum(['never', 'missing', 'always']).optional(),
};

/** The approvals that a HIGH-risk plan needs, and how long a plan may wait for them. */
const confirmExtension = z.strictObject({
  quorum: z.int().min(1).max(5).optional(),
  no_self_approval: z.boolean().optional(),
  expires: scalar.optional(),
});

/** `x-vx11` of a service. Strict: a misspelled setting is an error and does not fall back to a default. */
export const serviceExtension = z.strictObject({
  tier: serviceTier.optional(),
  ...ownDefaults,
  /** GPU memory that one container uses. */
  gpu_memory: scalar.optional(),
});

/** `x-vx11` at the top of the compose file. */
export const stackExtension = z.strictObject({
  ...ownDefaults,
  budget: z
    .strictObject({
      memory: scalar.optional(),
      cpus: scalar.optional(),
      gpus: scalar.optional(),
      gpu_memory: scalar.optional(),
    })
    .optional(),
  confirm: confirmExtension.optional(),
});

const healthcheck = z.looseObject({
  disable: z.boolean().optional(),
  interval: z.string().optional(),
  timeout: z.string().optional(),
  retries: z.number().optional(),
  start_period: z.string().optional(),
  test: z.array(z.string()).nullish(),
});

const dependency = z.looseObject({
  condition: z.enum(['service_started', 'service_healthy', 'service_completed_successfully']),
  required: z.boolean().optional(),
  restart: z.boolean().optional(),
});

/** A service's reference to a config or a secret. */
const fileReference = z.looseObject({
  source: z.string(),
  target: z.string().optional(),
  uid: scalar.optional(),
  gid: scalar.optional(),
  mode: scalar.optional(),
});

/** A top-level config or secret; without `file`, its content is copied into the container before the start. */
const fileObject = z.looseObject({
  content: z.string().optional(),
  environment: z.string().optional(),
});

const hook = z.looseObject({
  command: z.array(z.string()).nullish(),
  user: scalar.optional(),
  privileged: z.boolean().optional(),
  working_dir: z.string().optional(),
  environment: z.record(z.string(), scalar.nullable()).nullish(),
});

/** Fields that affect how a container starts and stops, or that tie services together. */
const startFields = {
  profiles: z.array(z.string()).optional(),
  network_mode: z.string().optional(),
  ipc: z.string().optional(),
  pid: z.string().optional(),
  uts: z.string().optional(),
  cgroup: z.string().optional(),
  read_only: z.boolean().optional(),
  configs: z.array(fileReference).optional(),
  secrets: z.array(fileReference).optional(),
  post_start: z.array(hook).optional(),
  pre_stop: z.array(hook).optional(),
};

const limits = z.looseObject({ memory: scalar.optional(), cpus: scalar.optional() });

/** GPUs or other devices that a service reserves, by count (-1: all) or by id. */
const deviceRequest = z.looseObject({
  capabilities: z.array(z.string()).optional(),
  count: z.union([z.number(), z.string()]).optional(),
  device_ids: z.array(z.string()).optional(),
});
export type DeviceRequest = z.output<typeof deviceRequest>;

/** The fields of a service that VX11 reads from the output of `docker compose config`. */
const composeService = z.looseObject({
  image: z.string().optional(),
  depends_on: z.record(z.string(), dependency).optional(),
  healthcheck: healthcheck.optional(),
  ports: z.array(z.looseObject({ target: z.number(), protocol: z.string().optional() })).optional(),
  expose: z.array(scalar).optional(),
  restart: z.string().optional(),
  stop_grace_period: z.string().optional(),
  mem_limit: scalar.optional(),
  cpus: scalar.optional(),
  scale: z.number().optional(),
  build: z.unknown().optional(),
  provider: z.unknown().optional(),
  models: z.unknown().optional(),
  use_api_socket: z.boolean().optional(),
  pull_policy: z.string().optional(),
  platform: z.string().optional(),
  networks: z.record(z.string(), z.unknown()).optional(),
  volumes: z.array(z.looseObject({ type: z.string(), source: z.string().optional() })).optional(),
  gpus: z.array(deviceRequest).optional(),
  deploy: z
    .looseObject({
      replicas: z.number().optional(),
      restart_policy: z
        .looseObject({ condition: z.string().optional(), max_attempts: z.number().optional() })
        .optional(),
      resources: z
        .looseObject({
          limits: limits.optional(),
          reservations: z.looseObject({ devices: z.array(deviceRequest).optional() }).optional(),
        })
        .optional(),
    })
    .optional(),
  ...startFields,
  'x-vx11': serviceExtension.optional(),
});
export type ComposeService = z.output<typeof composeService>;

/** The fields that VX11 reads from the output of `docker compose config`. */
export const composeConfig = z.looseObject({
  name: z.string(),
  services: z.record(serviceName, composeService).default({}),
  configs: z.record(z.string(), fileObject).optional(),
  secrets: z.record(z.string(), fileObject).optional(),
  'x-vx11': stackExtension.optional(),
});
export type ComposeConfig = z.output<typeof composeConfig>;
