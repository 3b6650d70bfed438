import { join } from 'node:path';
import Docker from 'dockerode';
import { keepRunning, type Child, type Program } from './up/child.ts';
import { engineTrouble } from './up/engine-trouble.ts';
import { writeGatewayUrl } from './up/gateway-file.ts';
import { greeting } from './up/greeting.ts';
import { openHome } from './up/home.ts';
import { ensureImage } from './up/image.ts';
import { lockHome } from './up/lock.ts';
import { takenPorts, type WantedPort } from './up/port.ts';
import { gatewayProgram, madreProgram, redisProgram, temporalProgram } from './up/programs.ts';
import { accepts, isHealthy, untilReady } from './up/readiness.ts';
import { readSettings, type UpSettings } from './up/settings.ts';
import { shutDown, type Running } from './up/shut-down.ts';
import { onStopSignal } from './up/signals.ts';
import { readStack } from './up/stack.ts';
import { endStaleChildren } from './up/stale.ts';
import { storeTrouble } from './up/store-trouble.ts';
import { keepTemporalDoor } from './up/temporal-door.ts';
import { adminToken } from './up/token-file.ts';

export interface UpOptions {
  env: NodeJS.ProcessEnv;
  /** Where a line for the person at the terminal goes. */
  say: (line: string) => void;
  /** The folder of VX11 itself; where this file is, when left out. */
  repository?: string;
}

/**
 * Runs the embedded stack in the foreground until SIGINT or SIGTERM, and gives the process's exit code: 0 when it
 * ended as asked, 1 when it could not start (`say` has told why).
 */
export async function up({ env, say, repository }: UpOptions): Promise<number> {
  const startedAt = Date.now();
  let unlock = (): void => undefined;
  try {
    const settings = readSettings(env, repository ?? join(import.meta.dirname, '..'));
    openHome(settings.home);
    unlock = lockHome(settings.home);
    return await runLocked(settings, startedAt, say);
  } catch (error) {
    say((error as Error).message);
    return 1;
  } finally {
    unlock();
  }
}

async function runLocked(settings: UpSettings, startedAt: number, say: (line: string) => void) {
  for (const name of await endStaleChildren(settings.home))
    say(`Ended ${name}, which an earlier start had left running`);
  const taken = await takenPorts(wantedPorts(settings));
  for (const line of taken) say(line);
  if (taken.length > 0) return 1;

  const docker = new Docker({ socketPath: settings.dockerSocket });
  for (const trouble of await troubles(settings, docker)) {
    say(trouble.sentence);
    if (trouble.lasting) return 1;
  }
  writeGatewayUrl(settings.home, `http://${settings.gateway.host}:${settings.gateway.port}`);
  const token = adminToken(settings.home, settings.token);
  const start = (program: Program | undefined): Child[] =>
    program ? [keepRunning(program, settings.home, say)] : [];
  const running: Running = {
    settings,
    docker,
    token: token.token,
    stack: undefined,
    own: [],
    foreign: [],
  };
  const request = onStopSignal(() => {
    for (const child of [...running.own, ...running.foreign]) kill(child);
    process.exit(130);
  });
  try {
    running.foreign = [...start(temporalProgram(settings)), ...start(redisProgram(settings))];
    running.own = [
      ...start(madreProgram(settings)),
      ...start(gatewayProgram(settings, token.token)),
    ];

    const reading = readStack(settings);
    void keepTemporalDoor(settings, docker, reading, request.signal, say);
    const read = reading
      .then((stack) => (running.stack = stack))
      .catch((error: Error) => say(`The stack cannot be read: ${error.message}`));
    const image = ensureImage(settings, request.signal, say).catch((error: Error) => {
      if (!request.signal.aborted) say(`Windows cannot open without the image: ${error.message}`);
    });
    await untilReady(readyChecks(settings), request.signal, (missing) =>
      say(`Still waiting for ${missing.join(', ')}. Logs: ${join(settings.home, 'logs')}`),
    );
    await Promise.race([Promise.all([read, image]), request.first]);
    if (!request.signal.aborted)
      for (const line of greeting(settings, running.stack, token, Date.now() - startedAt))
        say(line);
    await shutDown(await request.first, running, say);
    return 0;
  } finally {
    request.release();
  }
}

/** What would keep the stack from coming up; madre and the gateway would only be started again and again. */
async function troubles({ dockerSocket, env, repository }: UpSettings, docker: Docker) {
  const found = await Promise.all([
    storeTrouble(env['VX11_STORE_URL'] ?? '', repository),
    engineTrouble(docker, dockerSocket),
  ]);
  return found.flatMap((trouble) => trouble ?? []);
}

function wantedPorts({ gateway, madre, temporal, temporalServer, redisServer }: UpSettings) {
  const ports: WantedPort[] = [
    { ...gateway, what: 'the gateway', variable: 'VX11_PORT' },
    { ...madre, what: 'madre', variable: 'VX11_MADRE_PORT' },
  ];
  if (temporalServer) {
    const { uiPort } = temporalServer;
    ports.push({ ...temporal, what: 'Temporal', variable: 'VX11_TEMPORAL_PORT' });
    if (uiPort !== null) {
      const ui = { host: temporal.host, port: uiPort };
      ports.push({ ...ui, what: "Temporal's UI", variable: 'VX11_TEMPORAL_UI_PORT' });
    }
  }
  if (redisServer) {
    const redis = { host: '127.0.0.1', port: redisServer.port };
    ports.push({ ...redis, what: 'Redis', variable: 'VX11_REDIS_PORT' });
  }
  return ports;
}

const readyChecks = ({ gateway, madre, temporal }: UpSettings) => [
  { name: 'Temporal', passes: () => accepts(temporal) },
  { name: 'madre', passes: () => isHealthy(madre) },
  { name: 'the gateway', passes: () => isHealthy(gateway) },
];

function kill(child: Child) {
  const pid = child.pid();
  if (pid) process.kill(pid, 'SIGKILL');
}
