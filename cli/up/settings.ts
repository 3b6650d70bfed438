import { randomBytes } from 'node:crypto';
import { existsSync, realpathSync } from 'node:fs';
import { hostname } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { z } from 'zod';
import { absoluteNames } from '../../activities/compose/source.ts';
import { envVariables, port, settingErrors } from '../../contracts/env.ts';
import { leanNode } from './lean-node.ts';
import { isLoopback } from '../../platform/network/loopback.ts';
import type { Address } from './temporal/relay.ts';

const defaultSocket = '/var/run/docker.sock';

/** Variables of the supervisor, and those of its children: an invalid one would otherwise restart a child for ever. */
const variables = z.object({
  ...envVariables,
  VX11_HOME: z.string().min(1).optional(),
  VX11_COMPOSE_FILE: z.string().min(1).optional(),
  VX11_HOST: envVariables.VX11_HOST.optional(),
  VX11_STORE_URL: envVariables.VX11_STORE_URL.optional(),
  VX11_DOCKER_SOCKET: z.string().optional(),
  TEMPORAL_ADDRESS: z.string().optional(),
  /** Ports of the servers that the supervisor starts itself. */
  VX11_TEMPORAL_PORT: port.default(7233),
  VX11_TEMPORAL_UI_PORT: port.default(8233),
  /** Off by default, because Temporal's UI needs no token and answers any Host header. */
  VX11_TEMPORAL_UI: z.enum(['on', 'off']).default('off'),
  VX11_REDIS_PORT: port.default(6380),
  /** Executables that the bootstrap found. */
  VX11_TEMPORAL_BIN: z.string().optional(),
  VX11_COMPOSE_BIN: z.string().optional(),
});

/** The settings of a supervised stack, with all defaults filled in. Paths are absolute. */
export interface UpSettings {
  repository: string;
  home: string;
  /** This machine's name in windows and leases. */
  host: string;
  composeFile: string;
  /** True if the managed stack is VX11's own, so that shutting down may remove its leftovers. */
  ownStack: boolean;
  /** The command and arguments that run Docker Compose. */
  compose: [string, ...string[]];
  dockerSocket: string;
  gateway: Address;
  madre: Address;
  /** Where requests wake services; null if they do not. */
  wake: Address | null;
  temporal: Address;
  /** Undefined if Temporal runs elsewhere. */
  temporalServer: { executable: string; uiPort: number | null } | undefined;
  /** Undefined if Redis runs elsewhere or is not installed. */
  redisServer: { executable: string; port: number; password: string } | undefined;
  token: string | undefined;
  /** The environment of madre and the gateway. */
  env: NodeJS.ProcessEnv;
}

/** One or more variables are invalid; the message has one sentence for each. */
export class WrongSettings extends Error {
  override name = 'WrongSettings';
}

/** Reads the settings. Throws `WrongSettings`. */
export function readSettings(source: NodeJS.ProcessEnv, repository: string): UpSettings {
  const parsed = variables.safeParse(source);
  if (!parsed.success) {
    throw new WrongSettings(settingErrors(parsed.error, source));
  }
  const env = parsed.data;
  const home = resolve(env.VX11_HOME ?? join(repository, '.vx11'));
  const host = env.VX11_HOST ?? hostNameOf(hostname());
  const ownFile = join(repository, 'docker-compose.yml');
  const composeFile = absoluteNames(env.VX11_COMPOSE_FILE ?? ownFile, source);
  const temporal = address(env.TEMPORAL_ADDRESS ?? `127.0.0.1:${env.VX11_TEMPORAL_PORT}`);
  const redis = env.VX11_REDIS_URL ? undefined : onPath('redis-server', source);
  const password = randomBytes(24).toString('base64url');
  const ownRedis = `redis://:${password}@127.0.0.1:${env.VX11_REDIS_PORT}`;
  const redisUrl = env.VX11_REDIS_URL ?? (redis && ownRedis);
  const dockerSocket =
    env.VX11_DOCKER_SOCKET ?? (source['DOCKER_HOST'] ?? defaultSocket).replace('unix://', '');
  return {
    repository,
    home,
    host,
    composeFile,
    ownStack: existsSync(composeFile) && realpathSync(composeFile) === realpathSync(ownFile),
    compose: env.VX11_COMPOSE_BIN ? [env.VX11_COMPOSE_BIN] : ['docker', 'compose'],
    dockerSocket,
    gateway: { host: reachable(env.VX11_BIND), port: env.VX11_PORT },
    madre: { host: '127.0.0.1', port: env.VX11_MADRE_PORT },
    wake: env.VX11_WAKE,
    temporal,
    temporalServer: env.TEMPORAL_ADDRESS
      ? undefined
      : {
          executable: env.VX11_TEMPORAL_BIN ?? onPath('temporal', source) ?? 'temporal',
          uiPort: env.VX11_TEMPORAL_UI === 'on' ? env.VX11_TEMPORAL_UI_PORT : null,
        },
    redisServer: redis ? { executable: redis, port: env.VX11_REDIS_PORT, password } : undefined,
    token: env.VX11_TOKEN,
    env: {
      ...source,
      VX11_HOME: home,
      VX11_HOST: host,
      VX11_COMPOSE_FILE: composeFile,
      VX11_STORE_URL: env.VX11_STORE_URL ?? `sqlite:${join(home, 'vx11.db')}`,
      VX11_DOCKER_SOCKET: dockerSocket,
      // Compose and the image builder find the socket as Docker's own tools do
      ...(dockerSocket !== defaultSocket && { DOCKER_HOST: `unix://${dockerSocket}` }),
      VX11_MADRE_URL: `http://127.0.0.1:${env.VX11_MADRE_PORT}`,
      VX11_SWITCH_URL: `http://127.0.0.1:${env.VX11_SWITCH_PORT}`,
      VX11_SWITCH_PORT: String(env.VX11_SWITCH_PORT),
      ...(redisUrl && { VX11_REDIS_URL: redisUrl }),
      TEMPORAL_ADDRESS: `${temporal.host}:${temporal.port}`,
      // how containers of this host reach Temporal; they reach a loopback address only through the relay
      VX11_TEMPORAL_ADDRESS: isLoopback(temporal.host)
        ? `host.docker.internal:${temporal.port}`
        : `${temporal.host}:${temporal.port}`,
      // the spawner runs as root in its container, and makes the gateway's user the owner of the tasks' artifacts
      VX11_FILES_OWNER: String(process.getuid?.() ?? ''),
      NODE_COMPILE_CACHE: join(home, 'compile-cache'),
      ...leanNode.env,
    },
  };
}

/** Converts a machine's name to a valid host name for VX11: other characters become `-`, and it is cut to 64. */
export const hostNameOf = (name: string): string =>
  name
    .replaceAll(/[^a-zA-Z0-9._-]/g, '-')
    .replace(/^[^a-zA-Z0-9]+/, '')
    .slice(0, 64) || 'local';

function address(text: string): Address {
  const at = text.lastIndexOf(':');
  const [host, number] = [text.slice(0, at), Number(text.slice(at + 1))];
  if (at < 1 || !Number.isInteger(number))
    throw new WrongSettings(`TEMPORAL_ADDRESS is "${text}": give it as host:port.`);
  return { host, port: number };
}

/** Returns the address to call for a server that listens on `bind`. */
const reachable = (bind: string): string =>
  bind === '0.0.0.0' || bind === '::' ? '127.0.0.1' : bind;

function onPath(name: string, env: NodeJS.ProcessEnv): string | undefined {
  const folders = (env['PATH'] ?? '').split(delimiter).filter(Boolean);
  return folders.map((folder) => join(folder, name)).find((file) => existsSync(file));
}
