import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  EngineRefused,
  engineSockets,
  podmanAdvice,
  podmanSockets,
  takesPodman,
} from '../../platform/engine-address.mjs';
import { aptInstall, cacheFolder, findExecutable, mayUseApt, run, say, Unmet } from './machine.mjs';

const configuration = '/etc/docker/daemon.json';
const defaultSocket = '/var/run/docker.sock';
const startLimitMs = 30_000;

/**
 * Returns the socket of a Docker Engine that answers. On Debian, as root, it installs and starts one if there is none.
 * Throws `Unmet`.
 */
export async function ensureDocker() {
  const { from, sockets } = named();
  let answers = [];
  for (const socket of sockets) {
    const answer = await ping(socket);
    if (answer === 'podman' && !takesPodman(from)) throw new Unmet(podmanAdvice(socket));
    if (answer === 'ok' || answer === 'podman') {
      if (socket !== defaultSocket && from !== 'VX11_DOCKER_SOCKET')
        say(`using the Docker Engine at ${socket}${from === null ? '' : `, by ${from}`}`);
      return socket;
    }
    answers.push(answer);
  }
  if (answers.includes('EACCES'))
    throw new Unmet(
      'Docker is running, but this user has no access to it. Run: sudo usermod -aG docker $USER   and log in again.',
    );
  if (from !== null) throw new Unmet(namedAdvice(from, sockets[0]));
  if (!mayUseApt()) throw new Unmet(await advice());
  if (!findExecutable('dockerd')) await installEngine();
  await startEngine();
  return defaultSocket;
}

function named() {
  try {
    return engineSockets(process.env, homedir());
  } catch (error) {
    throw error instanceof EngineRefused ? new Unmet(error.message) : error;
  }
}

const namedAdvice = (from, socket) =>
  `No Docker Engine answers on ${socket}, which ${from} names. Start it, or name another: VX11_DOCKER_SOCKET, DOCKER_HOST, or docker context use.`;

async function advice() {
  for (const socket of podmanSockets(process.env))
    if ((await ping(socket)) === 'podman') return podmanAdvice(socket);
  return process.platform === 'darwin'
    ? 'No Docker Engine answers. Start Docker Desktop (open -a Docker), or install it.'
    : 'No Docker Engine answers. Run: sudo systemctl start docker   or install it: https://docs.docker.com/engine/install';
}

async function installEngine() {
  const what = 'installing the Docker Engine with apt';
  writeConfiguration();
  await aptInstall(what, 'docker.io');
  // later releases of Debian have the docker command in a separate package
  if (!findExecutable('docker')) await aptInstall(what, 'docker-cli');
}

/** With live-restore, containers keep running while the Engine restarts, which then takes 0.6 s instead of 11 s. */
function writeConfiguration() {
  if (existsSync(configuration)) return;
  mkdirSync('/etc/docker', { recursive: true });
  writeFileSync(configuration, '{ "live-restore": true }\n');
}

async function startEngine() {
  say('starting the Docker Engine');
  if (existsSync('/run/systemd/system')) await run('systemctl', ['start', 'docker']);
  else if ((await ping(defaultSocket)) !== 'ok') {
    writeConfiguration();
    mkdirSync(cacheFolder(), { recursive: true });
    const log = openSync(join(cacheFolder(), 'dockerd.log'), 'a');
    spawn('dockerd', [], { detached: true, stdio: ['ignore', log, log] }).unref();
  }
  for (const end = Date.now() + startLimitMs; (await ping(defaultSocket)) !== 'ok';) {
    if (Date.now() > end)
      throw new Unmet(`dockerd did not start. See its log: ${join(cacheFolder(), 'dockerd.log')}`);
    await sleep(100);
  }
}

/** Pings an Engine. Returns `ok`, `podman` or an error code. */
function ping(socketPath) {
  return new Promise((resolve) => {
    request({ socketPath, path: '/_ping', timeout: 3_000 })
      .on('response', (answer) => {
        answer.resume();
        const kind = answer.headers['libpod-api-version'] === undefined ? 'ok' : 'podman';
        resolve(answer.statusCode === 200 ? kind : String(answer.statusCode));
      })
      .on('timeout', () => resolve('timeout'))
      .on('error', (error) => resolve(error.code))
      .end();
  });
}
