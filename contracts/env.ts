import { z } from 'zod';
import { hostName } from './text.ts';

const port = z.coerce.number().int().min(1).max(65_535);
const count = z.coerce.number().int().min(1).max(100_000_000);
/** Left out and empty mean the same: Compose passes on what is not set as nothing. */
const whole = z.preprocess((value) => (value === '' ? undefined : value), count.optional());
const list = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((item) => item.trim())
      .filter(Boolean),
  );

/** Set to nothing, as Compose sets what it passes on, is not set. */
const optional = z
  .string()
  .optional()
  .transform((text) => (text === undefined || text === '' ? undefined : text));
const amount = z
  .string()
  .optional()
  .transform((text) => (text === undefined || text === '' ? undefined : Number(text)))
  .pipe(z.number().min(0).max(1e12).optional());
const httpUrl = optional.refine(
  (text) => text === undefined || /^https?:\/\/[^@\s]+$/.test(text),
  'an http or https address, without a user',
);

/** The pieces of the environment, each read by the processes that need it, once, at their start. */
export const envPieces = {
  /** Folder of everything that an installation keeps: tokens, embedded databases, guard files. */
  VX11_HOME: z.string().min(1),
  /** This machine's name in leases, catalogs and queues. */
  VX11_HOST: hostName,
  /** The compose file of the stack that is managed. */
  VX11_COMPOSE_FILE: z.string().min(1),
  /** `sqlite:<file>` or `postgres://…`. */
  VX11_STORE_URL: z
    .string()
    .regex(/^(sqlite:|postgres(ql)?:\/\/)/, 'sqlite:<file> or postgres://…'),
  VX11_REDIS_URL: z.string().optional(),
  TEMPORAL_ADDRESS: z.string().default('127.0.0.1:7233'),
  TEMPORAL_NAMESPACE: z.string().default('default'),
  /** Where the gateway listens. */
  VX11_BIND: z.string().default('127.0.0.1'),
  VX11_PORT: port.default(8000),
  /** Where madre answers /health and /metrics, for the gateway only. */
  VX11_MADRE_BIND: z.string().default('127.0.0.1'),
  VX11_MADRE_PORT: port.default(8001),
  VX11_MADRE_URL: z.string().default('http://127.0.0.1:8001'),
  /** What gateway and madre prove to each other that they belong together; where left out, a file in VX11_HOME. */
  VX11_INTERNAL_KEY: z
    .string()
    .min(16)
    .optional()
    .or(z.literal('').transform(() => undefined)),
  /** The Engine's Unix socket. */
  VX11_DOCKER_SOCKET: z.string().default('/var/run/docker.sock'),
  /** The image that window roles and the guard run from. */
  VX11_IMAGE: z.string().default('vx11:local'),
  /** What sandboxes are made from, and the Engine's runtime for them, such as `runsc`; empty is its default. */
  VX11_SANDBOX_IMAGE: z.string().default('vx11-sandbox:local'),
  VX11_SANDBOX_RUNTIME: z.string().default(''),
  /** What sandboxes may take of the host together; where left out, half its memory and twice its CPUs. */
  VX11_SPAWN_MEMORY_MB: whole,
  VX11_SPAWN_CPUS: amount.pipe(z.number().min(0.1).max(4096).optional()),
  /** Hosts that tasks may reach where they name them: `host`, `host:port`, `*.domain`, separated by commas. */
  VX11_EGRESS_ALLOW: list,
  /** `on` takes those of them too whose addresses are private. */
  VX11_EGRESS_PRIVATE: z.enum(['on', 'off']).default('off'),
  /**
   * How many sandboxes of the common shape stand ready at most; 0 makes each one when it is asked for. Where left out,
   * as many as a quarter of VX11_SPAWN_MEMORY_MB holds, 128 at most.
   */
  VX11_SPAWN_POOL: amount.pipe(z.number().int().max(1000).optional()),
  /** Where the spawner answers /health and /metrics. */
  VX11_SPAWNER_PORT: port.default(8008),
  /** The user id that files of tasks are given to, where the spawner runs as root; empty leaves them root's. */
  VX11_FILES_OWNER: z.string().regex(/^\d*$/).default(''),
  /** Hosts that callbacks of tasks may go to although their addresses are private, separated by commas. */
  VX11_CALLBACK_ALLOW: list,
  /** How long tasks are remembered after their end. */
  VX11_SPAWN_HISTORY_DAYS: z.coerce.number().int().min(1).max(3650).default(30),
  /** `off` runs without the dead man's switch, which then is said in every status. */
  VX11_GUARD: z.enum(['on', 'off']).default('on'),
  /** An admin token given from outside; wins over the one in tokens.env. */
  VX11_TOKEN: z.string().min(16).optional(),
  /** Host headers served beside loopback names and this machine's own, separated by commas. */
  VX11_ALLOWED_HOSTS: list,
  /** Origins whose pages may make changes, separated by commas. */
  VX11_ALLOWED_ORIGINS: list,
  /** Requests a minute that one token may make: reads, changes; then those of one address, with any token or none. */
  VX11_RATE_READS_PER_TOKEN: count.default(60_000),
  VX11_RATE_CHANGES_PER_TOKEN: count.default(600),
  VX11_RATE_PER_ADDRESS: count.default(120_000),
  /** Refused tokens a minute from one address, before the answer becomes 429. */
  VX11_RATE_REFUSALS_PER_ADDRESS: count.default(60),
  /** Event streams that one gateway serves at the same time. */
  VX11_MAX_STREAMS: count.default(64),
  /** The Compose plugin itself, where it is not to be reached through `docker compose`. */
  VX11_COMPOSE_BIN: z.string().min(1).optional(),
  /** The folder of Docker's own config.json; where left out, `.docker` in the user's home, as for Docker itself. */
  DOCKER_CONFIG: optional,
  /** An OpenAI-compatible server; wins over the providers below. Then VX11_LLM_MODEL is needed too. */
  VX11_LLM_BASE_URL: httpUrl,
  /** The model's name at its provider; DeepSeek and Anthropic have one where this is left out. */
  VX11_LLM_MODEL: optional,
  /** The key for VX11_LLM_BASE_URL, where it wants one. Keys are read by madre only. */
  VX11_LLM_KEY: optional,
  DEEPSEEK_API_KEY: optional,
  DEEPSEEK_API_TOKEN: optional,
  ANTHROPIC_API_KEY: optional,
  /** What a million tokens cost in USD, those that are read and those that are written; costs are unknown without. */
  VX11_LLM_PRICE_IN: amount,
  VX11_LLM_PRICE_OUT: amount,
  /** What all calls of a day (UTC) may cost together, in USD where prices are known, and in tokens. */
  VX11_LLM_USD_PER_DAY: amount,
  VX11_LLM_TOKENS_PER_DAY: amount,
  /** A round of madre's loop this often, in seconds. */
  VX11_AUTONOMY_SECONDS: z.coerce.number().int().min(1).max(3600).default(30),
  /** What the loop may do within an hour, and what its questions to the model may cost in a day (UTC). */
  VX11_AUTONOMY_ACTIONS_PER_HOUR: count.default(6),
  VX11_AUTONOMY_USD_PER_DAY: amount,
  VX11_AUTONOMY_TOKENS_PER_DAY: amount,
  /** Days after which what has ended is removed from every table and log; kept for ever where left out. */
  VX11_RETENTION_DAYS: amount.refine(
    (days) => days === undefined || days >= 1,
    'at least 1, or left out to keep everything',
  ),
  VX11_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error']).default('info'),
} as const;

/** Reads the named pieces, or ends with one line a variable saying what is wrong with it. */
export function readEnv<K extends keyof typeof envPieces>(
  source: Record<string, string | undefined>,
  ...names: K[]
): { [P in K]: z.output<(typeof envPieces)[P]> } {
  const shape = Object.fromEntries(names.map((name) => [name, envPieces[name]]));
  const result = z.object(shape).safeParse(source);
  if (!result.success) {
    const lines = result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new Error(`The environment is not right:\n${lines.join('\n')}`);
  }
  return result.data as { [P in K]: z.output<(typeof envPieces)[P]> };
}
