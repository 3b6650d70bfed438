import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const defaultSocket = '/var/run/docker.sock';

/** An Engine that is named and cannot be used; the message says why and what to do. */
export class EngineRefused extends Error {}

/**
 * Returns the sockets to try, and what names them: the one that a variable or Docker's current context names, and no
 * other; without either the usual ones. Docker looks in the same order. Throws `EngineRefused`.
 * @param env the environment
 * @param home the user's home folder
 */
export function engineSockets(env, home) {
  const { VX11_DOCKER_SOCKET, DOCKER_CONTEXT, DOCKER_HOST, XDG_RUNTIME_DIR } = env;
  if (VX11_DOCKER_SOCKET) return { from: 'VX11_DOCKER_SOCKET', sockets: [VX11_DOCKER_SOCKET] };
  const folder = env.DOCKER_CONFIG || join(home, '.docker');
  if (DOCKER_CONTEXT) return ofContext(folder, DOCKER_CONTEXT, 'DOCKER_CONTEXT');
  if (DOCKER_HOST)
    return {
      from: 'DOCKER_HOST',
      sockets: [socketOf(DOCKER_HOST, `DOCKER_HOST is ${DOCKER_HOST}`)],
    };
  const file = join(folder, 'config.json');
  const context = readJson(file)?.currentContext;
  if (context) return ofContext(folder, context, file);
  const rootless = XDG_RUNTIME_DIR ? [join(XDG_RUNTIME_DIR, 'docker.sock')] : [];
  const sockets = [defaultSocket, join(home, '.docker/run/docker.sock'), ...rootless];
  return { from: null, sockets };
}

/** Returns the first socket that this user may use; else the first that is there, or the first. */
export const usableSocket = (sockets) =>
  sockets.find(isUsable) ?? sockets.find((socket) => existsSync(socket)) ?? sockets[0];

function isUsable(socket) {
  try {
    accessSync(socket, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Docker keeps a context in a folder that is named by the hash of its name; `default` has none. */
function ofContext(folder, name, source) {
  const from = `the Docker context ${name} (${source})`;
  if (name === 'default') return { from, sockets: [defaultSocket] };
  const id = createHash('sha256').update(name).digest('hex');
  const host = readJson(join(folder, 'contexts/meta', id, 'meta.json'))?.Endpoints?.docker?.Host;
  if (!host)
    throw new EngineRefused(
      `${from} is not known here. Run: docker context ls   then choose one with: docker context use NAME`,
    );
  return { from, sockets: [socketOf(host, `${from} is ${host}`)] };
}

/** The sockets of Podman, which are only looked at to say why they are not used. */
export const podmanSockets = ({ XDG_RUNTIME_DIR }) => [
  '/run/podman/podman.sock',
  ...(XDG_RUNTIME_DIR ? [join(XDG_RUNTIME_DIR, 'podman/podman.sock')] : []),
];

/** Whether an Engine that is Podman's is used all the same: somebody names its socket for VX11. @param from what names it */
export const takesPodman = (from) => from === 'VX11_DOCKER_SOCKET';

/** Why it is not used otherwise. */
export const podmanAdvice = (socket) =>
  `Podman answers on ${socket}. VX11 was not tested with it: its events and health checks differ from Docker's, and deadlines ` +
  'rest on both. Install the Docker Engine; or, to try it all the same, set VX11_DOCKER_SOCKET to that socket.';

/** VX11 mounts the socket into its guard and reads the files of the Engine's machine: both have to be on this one. */
function socketOf(host, what) {
  if (host.startsWith('unix://')) return host.slice('unix://'.length);
  const kind = host.startsWith('ssh://')
    ? 'an Engine of another machine, over SSH'
    : host.startsWith('tcp://')
      ? 'an Engine over TCP'
      : 'no Unix socket';
  throw new EngineRefused(
    `${what}: ${kind}. VX11 needs an Engine on a Unix socket of this machine, since its guard mounts that socket and has to ` +
      'work when the network does not. Run VX11 on the machine of the Engine; or set DOCKER_HOST to unix://PATH, or choose another ' +
      'context: docker context use default',
  );
}

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
