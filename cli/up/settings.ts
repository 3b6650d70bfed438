import { randomBytes } from 'node:crypto';
import { existsSync, realpathSync } from 'node:fs';
import { homedir, hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { absoluteNames } from '../../activities/compose/source.ts';
import { envVariables, settingErrors } from '../../contracts/env.ts';
import { internalTls } from '../../contracts/tls.ts';
import { tlsFilesOf } from '../../platform/tls/files.ts';
import type { TlsFiles } from '../../platform/tls/material.ts';
import type { OwnGateway } from './gateway-file.ts';
import { ownVariables } from './own-variables.ts';
import { leanNode } from './lean/node.ts';
import { EngineRefused, engineSockets, usableSocket } from '../../platform/engine-address.mjs';
import { isLoopback } from '../../platform/network/loopback.ts';
import { onPath } from '../../platform/on-path.ts';
import { idInContainers } from '../../platform/user-in-containers.ts';
import type { Address } from './temporal/relay.ts';

const defaultSocket = '/var/run/docker.sock';

/** Variables of the supervisor, and those of its children: an invalid one would otherwise restart a child for ever. */
const variables = z.object({
  ...envVariables,
  ...ownVariables,
  VX11_HOME: z.string().min(1).optional(),
  VX11_COMPOSE_FILE: z.string().min(1).optional(),
  VX11_HOST: envVariables.VX11_HOST.optional(),
  VX11_STORE_URL: envVariables.VX11_STORE_URL.optional(),
  VX11_DOCKER_SOCKET: z.string().optional(),
  TEMPORAL_ADDRESS: z.string().optional(),
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
  /** What names that socket; null: it is the first usual one. */
  engineFrom: string | null;
  gateway: Address;
  /** The address of the gateway as a URL, and its certificate's file. */
  gatewayAt: OwnGateway;
  madre: Address;
  /** What madre's port shows and accepts; null: it serves plain HTTP. */
  madreFiles: TlsFiles | null;
  /** Where requests wake services; null if they do not. */
  wake: Address | null;
  temporal: Address;
  /** Undefined if Temporal runs elsewhere. */
  temporalServer: { executable: string; uiPort: number | null } | undefined;
  /** For how long nothing may have needed Temporal before it sleeps; null if it never does. */
  temporalSleepMs: number | null;
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
  const cert = env.VX11_TLS_CERT_FILE;
  const madreFiles = tlsFilesOf(absoluteFiles(env), internalTls);
  const { socket: dockerSocket, from: engineFrom } = namedEngine(source);
  const user = process.getuid?.();
  return {
    repository,
    home,
    host,
    composeFile,
    ownStack: existsSync(composeFile) && realpathSync(composeFile) === realpathSync(ownFile),
    compose: env.VX11_COMPOSE_BIN ? [env.VX11_COMPOSE_BIN] : ['docker', 'compose'],
    dockerSocket,
    engineFrom,
    gateway: { host: reachable(env.VX11_BIND), port: env.VX11_PORT },
    gatewayAt: {
      url: `${cert === undefined ? 'http' : 'https'}://${reachable(env.VX11_BIND)}:${env.VX11_PORT}`,
      cert: cert === undefined ? undefined : resolve(cert),
    },
    madre: { host: '127.0.0.1', port: env.VX11_MADRE_PORT },
    madreFiles,
    wake: env.VX11_WAKE,
    temporal,
    temporalServer: env.TEMPORAL_ADDRESS
      ? undefined
      : {
          executable: env.VX11_TEMPORAL_BIN ?? onPath('temporal', source) ?? 'temporal',
          uiPort: env.VX11_TEMPORAL_UI === 'on' ? env.VX11_TEMPORAL_UI_PORT : null,
        },
    temporalSleepMs:
      env.TEMPORAL_ADDRESS || env.VX11_TEMPORAL_UI === 'on' ? null : env.VX11_TEMPORAL_SLEEP,
    redisServer: redis ? { executable: redis, port: env.VX11_REDIS_PORT, password } : undefined,
    token: env.VX11_TOKEN,
    env: {
      ...source,
      VX11_HOME: home,
      VX11_HOST: host,
      VX11_COMPOSE_FILE: composeFile,
      VX11_STORE_URL: env.VX11_STORE_URL ?? `sqlite:${join(home, 'vx11.db')}`,
      VX11_DOCKER_SOCKET: dockerSocket,
      // Compose and the image builder find the socket as Docker's own tools do, for which a context wins over DOCKER_HOST
      ...(source['DOCKER_CONTEXT'] && { DOCKER_CONTEXT: '' }),
      ...(dockerSocket !== defaultSocket && { DOCKER_HOST: `unix://${dockerSocket}` }),
      ...absoluteFiles(env),
      VX11_MADRE_URL: `${madreFiles === null ? 'http' : 'https'}://127.0.0.1:${env.VX11_MADRE_PORT}`,
      VX11_SWITCH_URL: `http://127.0.0.1:${env.VX11_SWITCH_PORT}`,
      VX11_SWITCH_PORT: String(env.VX11_SWITCH_PORT),
      ...(redisUrl && { VX11_REDIS_URL: redisUrl }),
      TEMPORAL_ADDRESS: `${temporal.host}:${temporal.port}`,
      // how containers of this host reach Temporal; they reach a loopback address only through the relay
      VX11_TEMPORAL_ADDRESS: isLoopback(temporal.host)
        ? `host.docker.internal:${temporal.port}`
        : `${temporal.host}:${temporal.port}`,
      // the spawner runs as root in its container, and gives the tasks' artifacts to this user
      VX11_FILES_OWNER: user === undefined ? '' : String(idInContainers(dockerSocket, user)),
      NODE_COMPILE_CACHE: source['NODE_COMPILE_CACHE'] ?? join(home, 'compile-cache'),
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

/** The files of certificates; the processes of the stack run in another folder than this one. */
const absoluteFiles = (env: object): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      /(_TLS_\w+_(FILE|PATH)|_API_KEY_FILE|_CA_FILE)$/.test(name) && value !== undefined
        ? [[name, resolve(String(value))]]
        : [],
    ),
  );

/** The socket that is named, or else the first usual one that this user may use. */
function namedEngine(source: NodeJS.ProcessEnv): { socket: string; from: string | null } {
  try {
    const { from, sockets } = engineSockets(source, homedir());
    return { from, socket: usableSocket(sockets) };
  } catch (error) {
    throw error instanceof EngineRefused ? new WrongSettings(error.message) : error;
  }
}

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
