import { once } from 'node:events';
import { createServer } from 'node:http';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { engineCheck } from '../../../cli/doctor/engine.ts';
import { examine } from '../../../cli/doctor/finding.ts';
import { engineAt } from '../../../cli/up/engine.ts';
import { engineTrouble } from '../../../cli/up/engine-trouble.ts';
import { readSettings } from '../../../cli/up/settings.ts';
import { temporaryHome } from '../up/temporary-home.ts';
import answers from './podman-answers.json' with { type: 'json' };

/** The answers of Podman 4.3.1, recorded from Debian's package, on a Unix socket in `folder`. */
async function podman(folder = temporaryHome()): Promise<string> {
  const socket = join(folder, 'podman.sock');
  const server = createServer(({ url = '' }, reply) => {
    const found = Object.entries({ version: answers.version, info: answers.info }).find(([name]) =>
      url.endsWith(`/${name}`),
    );
    reply.writeHead(found === undefined ? 404 : 200, { 'content-type': 'application/json' });
    reply.end(JSON.stringify(found?.[1]));
  }).listen(socket);
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return socket;
}

const settingsFor = (env: Record<string, string>) =>
  readSettings({ PATH: process.env['PATH'], HOME: temporaryHome(), ...env }, temporaryHome());

test('an Engine of Podman that DOCKER_HOST names is refused by doctor and at the start, with what to do', async () => {
  const socket = await podman();
  const settings = settingsFor({ DOCKER_HOST: `unix://${socket}` });
  const [found, ...more] = await examine([engineCheck(settings)]);
  expect(more).toEqual([]);
  expect(found).toMatchObject({
    name: 'docker engine',
    state: 'fail',
    detail: `Podman 4.3.1, at ${socket}, by DOCKER_HOST`,
    fix: expect.stringContaining('Install the Docker Engine; or, to try it all the same') as string,
  });
  const { docker } = engineAt(socket);
  expect(await engineTrouble(docker, socket, settings.engineFrom)).toEqual({
    permanent: true,
    sentence: found!.fix,
  });
});

test('one that VX11_DOCKER_SOCKET names is tried, and doctor warns', async () => {
  const socket = await podman();
  const settings = settingsFor({ VX11_DOCKER_SOCKET: socket });
  const found = await examine([engineCheck(settings)]);
  expect(found).toMatchObject([{ state: 'warn', detail: expect.stringContaining('deadlines') }]);
  const { docker } = engineAt(socket);
  expect(await engineTrouble(docker, socket, settings.engineFrom)).toBe(null);
});

test('the socket of Podman is named to those whose Docker does not answer', async () => {
  const run = temporaryHome();
  mkdirSync(join(run, 'podman'));
  const socket = await podman(join(run, 'podman'));
  const settings = settingsFor({
    DOCKER_HOST: `unix://${run}/nowhere.sock`,
    XDG_RUNTIME_DIR: run,
  });
  const [found] = await examine([engineCheck(settings)]);
  expect(found).toMatchObject({
    state: 'fail',
    fix: expect.stringContaining(`${socket}: of Podman`),
  });
});
