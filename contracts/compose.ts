import { z } from 'zod';
import { reasonText, scheduleName, serviceName } from './text.ts';
import { serviceTier, strayPolicy } from './service.ts';
import { wakeSource } from './wake.ts';

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
  /** Checked one by one when they are read, so that a mistake in a check takes no service out of the catalog. */
  checks: z.array(z.unknown()).optional(),
  /** Lets requests to the wake listener open windows on it. */
  wake: wakeSource.optional(),
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
  /** As `checks` of a service. */
  suites: z.array(z.unknown()).optional(),
  /** When suites run by themselves; read like `suites`. */
  schedule: z.array(z.unknown()).max(100).optional(),
  /** The most of the host that loads of suites may use, together with everything else. */
  load: z.strictObject({ cpu: scalar.optional(), memory: scalar.optional() }).optional(),
  /** A configuration of Gatus, or several, relative to the first compose file. */
  import: z.union([z.string().min(1), z.array(z.string().min(1)).max(20)]).optional(),
  /** The channels of notifications; read by itself, so that a mistake in it takes no service out of the catalog. */
  notify: z.unknown().optional(),
  /** Differences that are no drift; read at each audit. */
  drift: z.unknown().optional(),
  /** What a repair may do; read when a repair begins. */
  repair: z.unknown().optional(),
  /** What ants look at beside the services; read at each look. */
  ants: z.unknown().optional(),
});

/** What ants look at, besides what they find by themselves; see docs/incidents.md. */
export const antsExtension = z.strictObject({
  certificates: z
    .array(
      z.strictObject({
        /** `host:port` of a TLS server, as hormiguero reaches it. */
        address: z.string().regex(/^[\w.-]{1,253}:\d{1,5}$/, 'must be host:port'),
        /** The file that the server reads, relative to the stack's folder. */
        file: z.string().min(1).max(500).optional(),
      }),
    )
    .max(50)
    .default([]),
  logs: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(64),
        service: serviceName,
        /** Text that a line contains; `*` stands for any text. */
        contains: z.string().min(1).max(200),
        /** As many lines as this within the time. */
        least: z.int().min(1).max(100_000).default(1),
        within: scalar.default('10m'),
        severity: z.enum(['info', 'warn', 'high', 'critical']).default('warn'),
      }),
    )
    .max(50)
    .default([]),
  backups: z
    .array(
      z.strictObject({
        /** A folder of backups, relative to the stack's folder. */
        path: z.string().min(1).max(500),
        max_age: scalar,
      }),
    )
    .max(50)
    .default([]),
  /** How long a service has to be unhealthy, or down, until it is an incident. */
  unhealthy_after: scalar.default('60s'),
  /** Folders whose file systems are looked at, beside VX11's home and the stack's folder. */
  disks: z.array(z.string().min(1).max(500)).max(20).default([]),
  /** Whether registries are asked once a day for newer images. */
  images: z.boolean().default(true),
});
export type AntsExtension = z.output<typeof antsExtension>;

const globs = z.array(z.string().min(1).max(500)).max(100);

/** What a repair may do, with its defaults; see docs/repair.md. */
export const repairExtension = z.strictObject({
  mode: z.enum(['off', 'suggest', 'apply']).default('suggest'),
  auto: z.array(z.string()).max(100).default([]),
  paths: globs.min(1).default(['.']),
  /** Added to what is always protected. */
  protect: globs.default([]),
  max_files: z.int().min(1).max(20).default(3),
  max_lines: z.int().min(1).max(1000).default(60),
  cycles: z.int().min(1).max(10).default(3),
  candidates: z.int().min(1).max(20).default(5),
  minutes: z.number().min(1).max(240).default(20),
  usd: z.number().min(0).max(100).default(0.5),
  settle: scalar.default('60s'),
});

/** A text that appears in no report. */
const secretText = z.strictObject({ secret: scalar });
const maybeSecret = z.union([scalar, secretText]);

const taskCode = z.string().min(1).max(20_000);
const taskSource = z.strictObject({
  python: taskCode.optional(),
  shell: taskCode.optional(),
  node: taskCode.optional(),
  /** Files and folders of the stack that lie beside the code, relative to the first compose file. */
  files: z.array(z.string().min(1).max(1024)).min(1).max(100).optional(),
});

/** A check as the compose file has it, in the words of Gatus. Which fields go together is checked when it is read. */
export const checkSource = z.strictObject({
  name: z.string().min(1).max(100),
  /** `http://`, `https://` or `tcp://`; the name of a service stands for its container's address. */
  url: z.string().min(1).max(2000).optional(),
  /** A command for a container, as arguments, or as one line for its shell. */
  exec: z.union([z.string().min(1).max(4000), z.array(maybeSecret).min(1).max(100)]).optional(),
  /** The service whose container is looked at, or in which the command runs. */
  container: serviceName.optional(),
  /** Code for a sandbox without a network: Python, or by the name of its language. */
  task: z.union([taskCode, taskSource]).optional(),
  /** The URL of an OpenAPI description, whose GETs without parameters are sent. */
  openapi: z.string().min(1).max(2000).optional(),
  /** Files of Hurl, relative to the first compose file; `*` stands for anything. */
  hurl: z.union([z.string().min(1), z.array(z.string().min(1)).min(1).max(50)]).optional(),
  method: z
    .string()
    .regex(/^[A-Z]{1,20}$/, 'must be a method in capitals')
    .optional(),
  headers: z.record(z.string(), maybeSecret).optional(),
  body: maybeSecret.optional(),
  conditions: z.array(z.string().min(1).max(500)).min(1).max(50).optional(),
  /** Values that later checks of the suite use as `[CONTEXT].name`. */
  store: z.record(z.string().regex(/^[A-Za-z_]\w*$/), z.string()).optional(),
  /** For connecting, headers and body together. */
  timeout: scalar.optional(),
  retries: z.int().min(0).max(2).optional(),
  /** Runs after a failure too, to clean up. */
  'always-run': z.boolean().optional(),
  depends_on: z.array(z.string()).optional(),
  /** Accepts any TLS certificate. */
  insecure: z.boolean().optional(),
  /** Hosts that a redirect may lead to, besides the check's own. */
  'redirect-hosts': z.array(z.string()).optional(),
  /** How long the conditions of a container have to hold. */
  for: scalar.optional(),
});
export type CheckSource = z.output<typeof checkSource>;

export const suiteSource = z.strictObject({
  name: z
    .string()
    .regex(
      /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/,
      'must be letters, digits, dots, dashes, underscores',
    ),
  /** What has to be awake besides the services of the URLs. */
  services: z.array(serviceName).optional(),
  endpoints: z.array(z.unknown()).min(1).max(500),
  load: z
    .strictObject({
      /** The name of the endpoint whose request is sent. */
      endpoint: z.string(),
      requests: z.int().min(1).max(100_000),
      within: scalar,
      thresholds: z.array(z.string().max(100)).min(1).max(20),
    })
    .optional(),
});

/** When suites run by themselves: at the times of `cron`, and every so often. */
export const scheduleSource = z.strictObject({
  name: scheduleName,
  /** Suites or services; by default everything that declares checks. */
  suites: z.array(z.string().min(1).max(100)).min(1).max(100).optional(),
  cron: z.union([z.string(), z.array(z.string()).min(1).max(20)]).optional(),
  timezone: z.string().optional(),
  every: scalar.optional(),
  /** Each firing is this much later at most, at random. */
  jitter: scalar.optional(),
  /** How late a firing may be, after a time in which VX11 did not run. */
  catchup: scalar.optional(),
  open: z.enum(['window', 'never']).optional(),
  flaky: z.enum(['fail', 'pass']).optional(),
  reason: reasonText.optional(),
  paused: z.boolean().optional(),
});

/** An entry of `x-vx11.schedule` that opens a window. One without `ttl` and `services` runs checks. */
export const windowScheduleSource = z.strictObject({
  name: scheduleName,
  services: z.array(serviceName).min(1).max(50),
  cron: z.union([z.string(), z.array(z.string()).min(1).max(20)]),
  timezone: z.string().optional(),
  ttl: scalar,
  reason: reasonText.optional(),
  paused: z.boolean().optional(),
});

export type LoadSource = NonNullable<z.output<typeof suiteSource>['load']>;

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
  container_name: z.string().optional(),
  labels: z.record(z.string(), scalar.nullable()).optional(),
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
