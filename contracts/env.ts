import { z } from 'zod';
import { hostName } from './text.ts';

const wholeNumber = (from: number, to: number, what: string) => {
  const error = `${what} is a whole number from ${from} to ${to}`;
  return z.coerce.number({ error }).int({ error }).min(from, { error }).max(to, { error });
};
/** A TCP port, as a number or its digits. */
export const port = wholeNumber(1, 65_535, 'a port');
const count = wholeNumber(1, 100_000_000, 'it');
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
  .pipe(z.number({ error: 'it is a number, 0 or more' }).min(0).max(1e12).optional());
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
  /** The stack that is managed: its compose file, its folder, or a list of files as COMPOSE_FILE has them. */
  VX11_COMPOSE_FILE: z.string().min(1),
  /** `sqlite:<file>` or `postgres://…`. */
  VX11_STORE_URL: z
    .string()
    .regex(/^(sqlite:.|postgres(ql)?:\/\/.)/, 'it is sqlite:<file> or postgres://…'),
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
  VX11_SPAWN_HISTORY_DAYS: wholeNumber(1, 3650, 'it').default(30),
  /** `off` runs without the dead man's switch, which then is said in every status. */
  VX11_GUARD: z.enum(['on', 'off']).default('on'),
  /** An admin token given from outside; wins over the one in tokens.env. */
  VX11_TOKEN: z.string().min(16, 'it has at least 16 characters').optional(),
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
  VX11_AUTONOMY_SECONDS: wholeNumber(1, 3600, 'it').default(30),
  /** What the loop may do within an hour, and what its questions to the model may cost in a day (UTC). */
  VX11_AUTONOMY_ACTIONS_PER_HOUR: count.default(6),
  VX11_AUTONOMY_USD_PER_DAY: amount,
  VX11_AUTONOMY_TOKENS_PER_DAY: amount,
  /** Days after which what has ended is removed from every table and log; kept for ever where left out. */
  VX11_RETENTION_DAYS: amount.refine(
    (days) => days === undefined || days >= 1,
    'at least 1, or left out to keep everything',
  ),
  /**
   * `on`: madre's metrics have those of Temporal's library too. The library serves them on a loopback port of its own,
   * to every local program.
   */
  VX11_TEMPORAL_METRICS: z.enum(['on', 'off']).default('off'),
  VX11_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error']).default('info'),
} as const;

/** Variables whose values are nobody's business; a database's address may have its password. */
const isSecret = (name: string): boolean =>
  /^(?!VX11_RATE_).*(TOKEN|KEY|STORE_URL|REDIS_URL)$/.test(name);

/** A database's address as it may be shown. */
export const withoutPassword = (url: string): string =>
  url.replace(/^(\w+:\/\/[^:@/]*):.*@/, '$1:***@');

/** Text that may be an address, without the user of it, who may be a key. */
const withoutUser = (text: string): string => text.replace(/^(\w+:\/\/).*@/, '$1***@');

/** One sentence a variable that is wrong, on lines of their own. */
export function wrongSettings(
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
        : isSecret(name)
          ? 'is not right'
          : `is "${withoutUser(value)}"`;
    if (!lines.has(name)) lines.set(name, `${name} ${what}: ${message}.`);
  }
  return [...lines.values()].join('\n');
}

/** Reads the named pieces, or ends with one line a variable saying what is wrong with it. */
export function readEnv<K extends keyof typeof envPieces>(
  source: Record<string, string | undefined>,
  ...names: K[]
): { [P in K]: z.output<(typeof envPieces)[P]> } {
  const shape = Object.fromEntries(names.map((name) => [name, envPieces[name]]));
  const result = z.object(shape).safeParse(source);
  if (!result.success) {
    throw new Error(wrongSettings(result.error, source));
  }
  return result.data as { [P in K]: z.output<(typeof envPieces)[P]> };
}
