import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { aptInstall, cacheFolder, findExecutable, mayUseApt, run, say, Unmet } from './machine.mjs';

const configuration = '/etc/docker/daemon.json';
const defaultSocket = '/var/run/docker.sock';
const startLimitMs = 30_000;

/** Returns the sockets to try: only the one in DOCKER_HOST if it is set, otherwise the usual ones. */
export function socketCandidates(dockerHost, home, runtimeFolder) {
  if (dockerHost) return dockerHost.startsWith('unix://') ? [dockerHost.slice(7)] : [];
  const rootless = runtimeFolder ? [join(runtimeFolder, 'docker.sock')] : [];
  return [defaultSocket, join(home, '.docker/run/docker.sock'), ...rootless];
}

/**
 * Returns the socket of a Docker Engine that answers. On Debian, as root, it installs and starts one if there is none.
 * Throws `Unmet`.
 */
export async function ensureDocker() {
  const { VX11_DOCKER_SOCKET, XDG_RUNTIME_DIR } = process.env;
  const DOCKER_HOST = VX11_DOCKER_SOCKET ? `unix://${VX11_DOCKER_SOCKET}` : process.env.DOCKER_HOST;
  const sockets = socketCandidates(DOCKER_HOST, homedir(), XDG_RUNTIME_DIR);
  if (sockets.length === 0)
    throw new Unmet(
      `DOCKER_HOST is ${DOCKER_HOST}, but VX11 needs an Engine on a Unix socket. Set DOCKER_HOST to unix://PATH, or unset it.`,
    );
  let answers = [];
  for (const socket of sockets) {
    const answer = await ping(socket);
    if (answer === 'ok') return socket;
    answers.push(answer);
  }
  if (answers.includes('EACCES'))
    throw new Unmet(
      'Docker is running, but this user has no access to it. Run: sudo usermod -aG docker $USER   and log in again.',
    );
  if (DOCKER_HOST || !mayUseApt()) throw new Unmet(advice(DOCKER_HOST));
  if (!findExecutable('dockerd')) await installEngine();
  await startEngine();
  return defaultSocket;
}

const advice = (dockerHost) =>
  dockerHost
    ? `No Docker Engine answers on ${dockerHost}. Start it, or unset the variable that names it: VX11_DOCKER_SOCKET or DOCKER_HOST.`
    : process.platform === 'darwin'
      ? 'No Docker Engine answers. Start Docker Desktop (open -a Docker), or install it.'
      : 'No Docker Engine answers. Run: sudo systemctl start docker   or install it: https://docs.docker.com/engine/install';

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

/** Pings an Engine. Returns `ok` or an error code. */
function ping(socketPath) {
  return new Promise((resolve) => {
    request({ socketPath, path: '/_ping', timeout: 3_000 })
      .on('response', (answer) => {
        answer.resume();
        resolve(answer.statusCode === 200 ? 'ok' : String(answer.statusCode));
      })
      .on('timeout', () => resolve('timeout'))
      .on('error', (error) => resolve(error.code))
      .end();
  });
}
