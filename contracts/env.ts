import { z } from 'zod';
import { hostName } from './text.ts';

const wholeNumber = (from: number, to: number, what: string) => {
  const error = `${what} is a whole number from ${from} to ${to}`;
  return z.coerce.number({ error }).int({ error }).min(from, { error }).max(to, { error });
};
/** A TCP port, as a number or its digits. */
export const port = wholeNumber(1, 65_535, 'a port');
const count = wholeNumber(1, 100_000_000, 'it');
/** An empty value counts as unset: Compose passes an unset variable on as an empty string. */
const optionalCount = z.preprocess((value) => (value === '' ? undefined : value), count.optional());
const list = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((item) => item.trim())
      .filter(Boolean),
  );

/** An empty value counts as unset, as above. */
export const optional = z
  .string()
  .optional()
  .transform((text) => (text === undefined || text === '' ? undefined : text));
const amount = z
  .string()
  .optional()
  .transform((text) => (text === undefined || text === '' ? undefined : Number(text)))
  .pipe(z.number({ error: 'it is a number, 0 or more' }).min(0).max(1e12).optional());
const httpUrl = optional.refine(
  (text) => text === undefined || /^https?:\/\/[^@\s]+$/.test(text),
  'it is an http or https URL without credentials',
);

const emptyIsUnset = (value: unknown): unknown => (value === '' ? undefined : value);
/** `1` or `0`, the default. */
const flag = z
  .preprocess(emptyIsUnset, z.enum(['0', '1']).default('0'))
  .transform((value) => value === '1');
const unitBytes: Record<string, number> = { b: 1, kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3 };
/** A number of bytes with a unit. */
const byteCount = (usual: string) =>
  z.preprocess(
    emptyIsUnset,
    z
      .string()
      .regex(/^\d{1,9}(b|kb|mb|gb)$/, 'it is a size such as 512mb or 4gb')
      .default(usual)
      .transform((text) => Number.parseInt(text, 10) * unitBytes[text.replace(/^\d+/, '')]!),
  );
/** `host:port` with a v6 address in brackets; unset, empty or `off`: null. */
const listener = z
  .string()
  .default('off')
  .transform((text, context) => {
    if (text === '' || text === 'off') return null;
    const [, v6, name, digits] = /^(?:\[([0-9a-f:.]+)\]|([\w.-]+)):(\d{1,5})$/i.exec(text) ?? [];
    const number = Number(digits);
    if (number >= 1 && number <= 65_535) return { host: v6 ?? name!, port: number };
    context.addIssue('give it as host:port, such as 127.0.0.1:10000, or off');
    return z.NEVER;
  });

/** The environment variables. Each process reads the ones it needs once, at its start. */
export const envVariables = {
  /** The folder for all state of an installation: tokens, embedded databases, guard files. */
  VX11_HOME: z.string().min(1),
  /** The name of this machine in leases, catalogs and queues. */
  VX11_HOST: hostName,
  /** The managed stack: its compose file, its folder, or a list of files in the format of COMPOSE_FILE. */
  VX11_COMPOSE_FILE: z.string().min(1),
  /** `sqlite:<file>` or `postgres://…`. */
  VX11_STORE_URL: z
    .string()
    .regex(/^(sqlite:.|postgres(ql)?:\/\/.)/, 'it is sqlite:<file> or postgres://…'),
  /** `redis://…`, or `rediss://…` for TLS. */
  VX11_REDIS_URL: z.string().optional(),
  /** With `rediss://`: the authorities of Redis's certificate, as a PEM file, instead of the system's. */
  VX11_REDIS_TLS_CA_FILE: optional,
  /** The certificate that the gateway shows to Redis, and its key, as PEM files. */
  VX11_REDIS_TLS_CERT_FILE: optional,
  VX11_REDIS_TLS_KEY_FILE: optional,
  /** Where Temporal is, as host:port, and its namespace. These variables have the names of Temporal's own tools. */
  TEMPORAL_ADDRESS: z.string().default('127.0.0.1:7233'),
  TEMPORAL_NAMESPACE: z.string().default('default'),
  /** TLS to Temporal is on with `true`, and unless this says `false`, with any of the variables that follow. */
  TEMPORAL_TLS: z.preprocess(emptyIsUnset, z.enum(['true', 'false']).optional()),
  /** The authorities of Temporal's certificate, as a PEM file, instead of the system's. */
  TEMPORAL_TLS_SERVER_CA_CERT_PATH: optional,
  /** The certificate that is shown to Temporal, and its key, as PEM files. */
  TEMPORAL_TLS_CLIENT_CERT_PATH: optional,
  TEMPORAL_TLS_CLIENT_KEY_PATH: optional,
  /** The name that Temporal's certificate is for, if it is another one than that of the address. */
  TEMPORAL_TLS_SERVER_NAME: optional,
  /** An API key, such as Temporal Cloud's, or the file that holds it and is read again when it changes. */
  TEMPORAL_API_KEY: optional,
  TEMPORAL_API_KEY_FILE: optional,
  /** The address that the gateway listens on. */
  VX11_BIND: z.string().default('127.0.0.1'),
  /** The gateway's port. */
  VX11_PORT: port.default(8000),
  /** The gateway's certificate with its chain, and its key, as PEM files: with both it serves HTTPS, and nothing else, on its port. */
  VX11_TLS_CERT_FILE: optional,
  VX11_TLS_KEY_FILE: optional,
  /** How long browsers may call it by HTTPS only, in seconds (Strict-Transport-Security); 0 leaves the header out. */
  VX11_TLS_HSTS_SECONDS: z.preprocess(
    emptyIsUnset,
    wholeNumber(0, 63_072_000, 'it').default(31_536_000),
  ),
  /** For commands and `vx11 mcp`: the authorities of the gateway's certificate, as a PEM file, instead of the system's. */
  VX11_CA_FILE: optional,
  /**
   * Mutual TLS between gateway, madre and switch: the certificate of this process and its key, as PEM files. madre and switch
   * then answer such processes only.
   */
  VX11_INTERNAL_TLS_CERT_FILE: optional,
  VX11_INTERNAL_TLS_KEY_FILE: optional,
  /** The authority that signs the certificates of all these processes, and nothing else. */
  VX11_INTERNAL_TLS_CA_FILE: optional,
  /** The address on which madre serves the gateway: its internal calls, /health and /metrics. */
  VX11_MADRE_BIND: z.string().default('127.0.0.1'),
  /** Its port there. */
  VX11_MADRE_PORT: port.default(8001),
  /** Where the gateway reaches madre; `https://` with the variables of mutual TLS. */
  VX11_MADRE_URL: z.string().default('http://127.0.0.1:8001'),
  /** Where the gateway reaches switch while that is awake, and the port that the embedded stack publishes for it. */
  VX11_SWITCH_URL: z.string().default('http://127.0.0.1:8002'),
  VX11_SWITCH_PORT: port.default(8002),
  /** Limits in USD per UTC day for what switch spends: all together, and each owner of tokens. Unset: none. */
  VX11_SWITCH_USD_PER_DAY: amount,
  VX11_SWITCH_USD_PER_OWNER: amount,
  /** The shared key with which the processes of an installation authenticate each other; default: a file in VX11_HOME. */
  VX11_INTERNAL_KEY: z
    .string()
    .min(16)
    .optional()
    .or(z.literal('').transform(() => undefined)),
  /** The Engine's Unix socket. */
  VX11_DOCKER_SOCKET: z.string().default('/var/run/docker.sock'),
  /** The image of the window roles and the guard. */
  VX11_IMAGE: z.string().default('vx11:local'),
  /** The image with all of VX11, which `vx11 init compose` writes into its file. */
  VX11_COMPLETE_IMAGE: z.string().min(1).default('vx11-complete:local'),
  /** The image of sandboxes, and their Engine runtime, such as `runsc`; empty: the Engine's default runtime. */
  VX11_SANDBOX_IMAGE: z.string().default('vx11-sandbox:local'),
  VX11_SANDBOX_RUNTIME: z.string().default(''),
  /** The limits for all sandboxes of a host together; default: half its memory and twice its CPUs. */
  VX11_SPAWN_MEMORY_MB: optionalCount,
  VX11_SPAWN_CPUS: amount.pipe(z.number().min(0.1).max(4096).optional()),
  /** Hosts that tasks may list in `egress`: `host`, `host:port` or `*.domain`, separated by commas. */
  VX11_EGRESS_ALLOW: list,
  /** `on` also allows those of them that have private addresses. */
  VX11_EGRESS_PRIVATE: z.enum(['on', 'off']).default('off'),
  /**
   * The largest number of idle default-shaped sandboxes in the pool; 0 creates each sandbox on demand. Default: as many
   * as fit in a quarter of VX11_SPAWN_MEMORY_MB, at most 128.
   */
  VX11_SPAWN_POOL: amount.pipe(z.number().int().max(1000).optional()),
  /**
   * Whose the files around hermes are. Only in its own `image` does hermes run programs for their version; as a process of the
   * `host` it only reads.
   */
  VX11_PROGRAMS_OWN: z.enum(['host', 'image']).default('host'),
  /**
   * Other roots that are mounted for hermes, read only, separated by commas: `host:/host`, or `host:/host:/home/ana` with a
   * home folder in it. `sandbox:/sandbox` is the image of sandboxes. Their programs are never run.
   */
  VX11_PROGRAMS_MOUNTED: list.transform((roots, context) =>
    roots.map((text) => {
      const match = /^(host|sandbox):(\/[^:]+)(?::(\/[^:]+))?$/.exec(text);
      if (match === null) {
        context.addIssue(`${text} is no host:/folder or sandbox:/folder`);
        return z.NEVER;
      }
      const [, root, folder, home] = match;
      return { root: root as 'host' | 'sandbox', folder: folder!, home: home ?? null };
    }),
  ),
  /** `on` lets hermes download models; it runs no program for its version then. */
  HERMES_ALLOW_DOWNLOAD: z.preprocess(emptyIsUnset, z.enum(['on', 'off']).default('off')),
  /** The hub that models come from, and the token for its gated ones. Only hermes reads it. */
  VX11_HUB_URL: httpUrl.transform((url) => url ?? 'https://huggingface.co'),
  HF_TOKEN: optional,
  /** An Ollama that pulls models for hermes. */
  VX11_OLLAMA_URL: httpUrl,
  /** The folder of models, as hermes sees it. */
  VX11_MODELS_FOLDER: optional,
  /** How many models a host keeps, how large they are together, and one of them alone: `512mb`, `4gb`. */
  VX11_MODELS_MAX: z.preprocess(emptyIsUnset, wholeNumber(1, 1000, 'it').default(20)),
  VX11_MODELS_BYTES: byteCount('4gb'),
  VX11_MODEL_MAX_BYTES: byteCount('2gb'),
  /** How much room uploaded audio may take, and what audio jobs leave: `4gb`. */
  VX11_AUDIO_BYTES: byteCount('20gb'),
  /** The port on which the spawner serves /health and /metrics. */
  VX11_SPAWNER_PORT: port.default(8008),
  /** The user id that owns task files if the spawner runs as root; empty: root. */
  VX11_FILES_OWNER: z.string().regex(/^\d*$/).default(''),
  /** Hosts that task callbacks may reach although their addresses are private, separated by commas. */
  VX11_CALLBACK_ALLOW: list,
  /** Hosts that notices may be sent to although their addresses are private, separated by commas. */
  VX11_NOTIFY_ALLOW: list,
  /** How many days a task is kept after its end. */
  VX11_SPAWN_HISTORY_DAYS: wholeNumber(1, 3650, 'it').default(30),
  /** `off` runs without the guard, the dead man's switch; every status then says so. */
  VX11_GUARD: z.enum(['on', 'off']).default('on'),
  /** An admin token; takes precedence over the one in tokens.env. */
  VX11_TOKEN: z.string().min(16, 'it has at least 16 characters').optional(),
  /** Host headers that are accepted in addition to loopback names and this machine's own, separated by commas. */
  VX11_ALLOWED_HOSTS: list,
  /** Origins whose pages may send changing requests, separated by commas. */
  VX11_ALLOWED_ORIGINS: list,
  /** Requests per minute: reads per token, changes per token, and all requests per address, with or without a token. */
  VX11_RATE_READS_PER_TOKEN: count.default(60_000),
  VX11_RATE_CHANGES_PER_TOKEN: count.default(600),
  VX11_RATE_PER_ADDRESS: count.default(120_000),
  /** Refused tokens per minute from one address before the gateway answers 429. */
  VX11_RATE_REFUSALS_PER_ADDRESS: count.default(60),
  /** The largest number of concurrent event streams of one gateway. */
  VX11_MAX_STREAMS: count.default(64),
  /** Where requests wake services that allow it (docs/wake.md), as host:port; `off` by default. It needs no token. */
  VX11_WAKE: listener,
  /** Host headers that it accepts in addition to loopback names and its own address, separated by commas. */
  VX11_WAKE_HOSTS: list,
  /** A secret that its paths then begin with: `/wake/<secret>/api/…`, `/wake/<secret>/auth`. */
  VX11_WAKE_KEY: optional.refine(
    (text) => text === undefined || /^[A-Za-z0-9_-]{16,200}$/.test(text),
    'it has 16 to 200 letters, digits, _ and -',
  ),
  /** Its requests per minute from one address; a proxy is one address. */
  VX11_RATE_WAKE_PER_ADDRESS: count.default(600_000),
  /** The path of the Compose plugin, if `docker compose` does not find it. */
  VX11_COMPOSE_BIN: optional,
  /** The folder of Docker's config.json; default: `.docker` in the user's home, as for Docker itself. */
  DOCKER_CONFIG: optional,
  /** The URL of an OpenAI-compatible server; takes precedence over the providers below and requires VX11_LLM_MODEL. */
  VX11_LLM_BASE_URL: httpUrl,
  /** The model's name at its provider; DeepSeek and Anthropic have a default. */
  VX11_LLM_MODEL: optional,
  /** The key for VX11_LLM_BASE_URL, if the server requires one. Only madre reads keys. */
  VX11_LLM_KEY: optional,
  /** The YAML file that says which providers of language models there are besides those whose keys are set; docs/providers.md. */
  VX11_PROVIDERS_FILE: optional,
  DEEPSEEK_API_KEY: optional,
  DEEPSEEK_API_TOKEN: optional,
  ANTHROPIC_API_KEY: optional,
  /** The price in USD of a million input tokens and of a million output tokens; without them, costs are unknown. */
  VX11_LLM_PRICE_IN: amount,
  VX11_LLM_PRICE_OUT: amount,
  /** The daily (UTC) limits for all model calls together: in USD, applied if prices are known, and in tokens. */
  VX11_LLM_USD_PER_DAY: amount,
  VX11_LLM_TOKENS_PER_DAY: amount,
  /** The interval of the autonomy loop, in seconds. */
  VX11_AUTONOMY_SECONDS: wholeNumber(1, 3600, 'it').default(30),
  /** How often the ants of a host are asked whether one of them should look. */
  VX11_ANTS_SECONDS: wholeNumber(1, 3600, 'it').default(30),
  /** `1` lets `POST /hormiguero/actions/apply` propose plans. */
  HORMIGUERO_ACTIONS_ENABLED: z.enum(['0', '1']).default('0'),
  /** `1` adds `POST /manifestator/builder/emit-intent`, which records what should be built and builds nothing. */
  VX11_MANIFESTATOR_EMIT_INTENT_ENABLED: z.enum(['0', '1']).default('0'),
  /** `1` serves /hormiguero/inee/ (docs/inee.md); also takes signed envelopes; and records `apply` as such. */
  VX11_INEE_ENABLED: flag,
  VX11_INEE_REMOTE_PLANE_ENABLED: flag,
  VX11_INEE_EXECUTION_ENABLED: flag,
  /** The file of the colonies' keys, of mode 0600; default: `inee.keys` in VX11_HOME. */
  VX11_INEE_KEYS_FILE: optional,
  /** The loop's limits: actions per hour, and the cost of its model calls per day (UTC). */
  VX11_AUTONOMY_ACTIONS_PER_HOUR: count.default(6),
  VX11_AUTONOMY_USD_PER_DAY: amount,
  VX11_AUTONOMY_TOKENS_PER_DAY: amount,
  /** Days after which ended records are removed from every table and log; default: never. */
  VX11_RETENTION_DAYS: amount.refine(
    (days) => days === undefined || days >= 1,
    'it is at least 1; unset keeps everything',
  ),
  /**
   * `on` adds the metrics of the Temporal SDK to madre's. The SDK serves them on its own loopback port, which every
   * local program can read.
   */
  VX11_TEMPORAL_METRICS: z.enum(['on', 'off']).default('off'),
  /**
   * Where madre sends traces, by the variables of OpenTelemetry (docs/observability.md): the collector's address over HTTP,
   * or the whole address for traces.
   */
  OTEL_EXPORTER_OTLP_ENDPOINT: optional,
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: optional,
  /** `name=value,name=value`, sent with each request; they may hold a key. */
  OTEL_EXPORTER_OTLP_HEADERS: optional,
  OTEL_EXPORTER_OTLP_TRACES_HEADERS: optional,
  OTEL_EXPORTER_OTLP_PROTOCOL: optional,
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: optional,
  /** How long one request may take, in milliseconds; 10000 by default. */
  OTEL_EXPORTER_OTLP_TIMEOUT: z.preprocess(
    emptyIsUnset,
    z.coerce.number().int().min(1).max(600_000).optional().catch(undefined),
  ),
  OTEL_SERVICE_NAME: optional,
  /** `name=value,name=value` of the resource. */
  OTEL_RESOURCE_ATTRIBUTES: optional,
  OTEL_TRACES_EXPORTER: optional,
  OTEL_SDK_DISABLED: optional,
  VX11_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error']).default('info'),
} as const;

/** Variables whose values are written nowhere; the address of a database may contain a password. */
export const secretVariables: ReadonlySet<string> = new Set<keyof typeof envVariables>([
  'VX11_STORE_URL',
  'VX11_REDIS_URL',
  'TEMPORAL_API_KEY',
  'VX11_INTERNAL_KEY',
  'HF_TOKEN',
  'VX11_TOKEN',
  'VX11_WAKE_KEY',
  'VX11_LLM_KEY',
  'DEEPSEEK_API_KEY',
  'DEEPSEEK_API_TOKEN',
  'ANTHROPIC_API_KEY',
  'OTEL_EXPORTER_OTLP_HEADERS',
  'OTEL_EXPORTER_OTLP_TRACES_HEADERS',
]);

/** Whether the value of a variable must not be shown: it is a secret, or an address with a user in it. */
export const holdsSecret = (name: string, value: string): boolean =>
  secretVariables.has(name) || withoutUser(value) !== value;

/** A database URL that is safe to show: its password is replaced by `***`. */
export const withoutPassword = (url: string): string =>
  url.replace(/^(\w+:\/\/[^:@/]*):.*@/, '$1:***@');

/** Text in which the user part of a URL, which may be a key, is replaced by `***`. */
const withoutUser = (text: string): string => text.replace(/^(\w+:\/\/).*@/, '$1***@');

/** The error text for invalid variables: one sentence and one line for each. */
export function settingErrors(
  error: z.ZodError,
  source: Record<string, string | undefined>,
): string {
  const lines = new Map<string, string>();
  for (const { path, message } of error.issues) {
    const name = path.join('.');
    const value = source[name];
    const what =
      value === undefined
        ? 'is not set'
        : secretVariables.has(name)
          ? 'is not right'
          : `is "${withoutUser(value)}"`;
    if (!lines.has(name)) lines.set(name, `${name} ${what}: ${message}.`);
  }
  return [...lines.values()].join('\n');
}

/** Reads the named variables. Throws an error with one line for each invalid one. */
export function readEnv<K extends keyof typeof envVariables>(
  source: Record<string, string | undefined>,
  ...names: K[]
): { [P in K]: z.output<(typeof envVariables)[P]> } {
  const shape = Object.fromEntries(names.map((name) => [name, envVariables[name]]));
  const result = z.object(shape).safeParse(source);
  if (!result.success) {
    throw new Error(settingErrors(result.error, source));
  }
  return result.data as { [P in K]: z.output<(typeof envVariables)[P]> };
}
