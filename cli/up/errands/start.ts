import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { connectGateway } from '../../../client/gateway-client.ts';
import { uiFolder } from '../../../platform/ui-folder.ts';
import { createUiLink } from '../../ui/link.ts';
import { compileServices } from '../compile/services.ts';
import { engineAt } from '../engine.ts';
import type { Program } from '../process/child.ts';
import { certificateTroubles } from '../certificate-troubles.ts';
import { gatewayFetch, madreFetch } from '../own-fetch.ts';
import { engineTrouble } from '../engine-trouble.ts';
import { writeOwnGateway } from '../gateway-file.ts';
import { greeting } from '../greeting.ts';
import { openHome } from '../home.ts';
import { ensureImage } from '../image.ts';
import { lockHome } from '../process/lock.ts';
import { takenPorts, type WantedPort } from '../port.ts';
import { gatewayProgram, madreProgram, redisProgram, temporalProgram } from '../programs.ts';
import { notifyReady } from '../notify-ready.ts';
import { accepts, isHealthy, untilReady } from '../readiness.ts';
import { readSettings, type UpSettings } from '../settings.ts';
import { readStack, type Stack } from '../stack.ts';
import { endStaleChildren } from '../process/stale.ts';
import { storeTrouble } from '../store-trouble.ts';
import { adminToken, type AdminToken } from '../token-file.ts';
import type { Errand, Errands, ErrandContext } from './errand.ts';

/**
 * Locks the home for the supervisor, sends it the programs to run, then waits until the stack is ready and prints the
 * greeting. Returns false if the stack cannot run and the reason is printed; throws if the reason is not printed yet.
 */
export const start: Errand<'start'> = async (input, context) => {
  const settings = readSettings(process.env, input.repository);
  openHome(settings.home);
  const unlock = lockHome(settings.home, input.supervisor);
  let prepared = false;
  try {
    if (!(await canStart(settings, context))) return false;
    await compileServices(settings, context);
    const token = prepare(settings, context);
    prepared = true;
    await follow(settings, token, input, context);
    return true;
  } finally {
    if (!prepared) unlock();
  }
};

async function canStart(settings: UpSettings, { say }: ErrandContext<'start'>): Promise<boolean> {
  for (const name of await endStaleChildren(settings.home))
    say(`Stopped ${name}, which an earlier start had left running`);
  const taken = await takenPorts(wantedPorts(settings));
  for (const line of taken) say(line);
  if (taken.length > 0) return false;
  for (const trouble of await troubles(settings)) {
    say(trouble.sentence);
    if (trouble.permanent) return false;
  }
  return true;
}

function prepare(settings: UpSettings, { update }: ErrandContext<'start'>): AdminToken {
  writeOwnGateway(settings.home, settings.gatewayAt);
  const token = adminToken(settings.home, settings.token);
  const given = (program: Program | undefined): Program[] => (program ? [program] : []);
  const foreign = [...given(temporalProgram(settings)), ...given(redisProgram(settings))];
  const own = [madreProgram(settings), gatewayProgram(settings, token.token)];
  update({ prepared: { settings, token: token.token, foreign, own } });
  return token;
}

async function follow(
  settings: UpSettings,
  token: AdminToken,
  { startedAt }: Errands['start']['input'],
  { say, update, signal }: ErrandContext<'start'>,
): Promise<void> {
  let stack: Stack | undefined;
  const read = readStack(settings)
    .then((found) => update({ stack: (stack = found) }))
    .catch(({ message }: Error) => {
      say(`The stack cannot be read: ${message}`);
      update({ unread: message });
    });
  const image = ensureImage(settings, signal, say).catch((error: Error) => {
    if (!signal.aborted) say(`Windows cannot open without the image: ${error.message}`);
  });
  await untilReady(readyChecks(settings), signal, (missing) =>
    say(`Still waiting for ${missing.join(', ')}. Logs: ${join(settings.home, 'logs')}`),
  );
  await Promise.all([read, image]);
  const readyAfterMs = Date.now() - startedAt;
  const uiLink = await linkTo(settings, token);
  for (const line of greeting(settings, { stack, token, uiLink, readyAfterMs })) say(line);
  await notifyReady(process.env).catch((error: Error) =>
    say(`systemd was not notified that VX11 is ready: ${error.message}`),
  );
}

/** A link to the web UI, if it is built; null also if the gateway makes none. */
async function linkTo(settings: UpSettings, { token }: AdminToken): Promise<string | null> {
  if (!existsSync(uiFolder)) return null;
  const { url } = settings.gatewayAt;
  const made = createUiLink(connectGateway({ url, token, send: gatewayFetch(settings) }));
  return made.then(
    (link) => link.url,
    () => null,
  );
}

/** Finds what would prevent the stack from starting; without this check, madre and the gateway would crash in a loop. */
async function troubles({ dockerSocket, engineFrom, env, repository }: UpSettings) {
  const certificates = certificateTroubles(env);
  const { docker } = engineAt(dockerSocket);
  const found = await Promise.all([
    storeTrouble(env['VX11_STORE_URL'] ?? '', repository),
    engineTrouble(docker, dockerSocket, engineFrom),
  ]);
  return [...certificates, ...found.flatMap((trouble) => trouble ?? [])];
}

function wantedPorts({ gateway, madre, wake, temporal, temporalServer, redisServer }: UpSettings) {
  const ports: WantedPort[] = [
    { ...gateway, what: 'the gateway', variable: 'VX11_PORT' },
    { ...madre, what: 'madre', variable: 'VX11_MADRE_PORT' },
  ];
  if (wake) ports.push({ ...wake, what: 'wake on request', variable: 'VX11_WAKE' });
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

function readyChecks(settings: UpSettings) {
  const { gatewayAt, env, temporal } = settings;
  const [toGateway, toMadre] = [gatewayFetch(settings), madreFetch(settings)];
  return [
    { name: 'Temporal', passes: () => accepts(temporal) },
    { name: 'madre', passes: () => isHealthy(env['VX11_MADRE_URL']!, toMadre) },
    { name: 'the gateway', passes: () => isHealthy(gatewayAt.url, toGateway) },
  ];
}
