import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import Docker from 'dockerode';
import { expect, onTestFinished, test } from 'vitest';
import { engineAt } from '../../../../cli/up/engine.ts';
import { bridgeAddress, projectAdmission } from '../../../../cli/up/temporal/networks.ts';
import { startRelay } from '../../../../cli/up/temporal/relay.ts';
import { ensureTinyImage } from '../../../../scripts/tiny-image.ts';

const docker = new Docker();

/** Creates a network of a compose project and returns its id. */
async function projectNetwork(project: string) {
  const network = await docker.createNetwork({
    Name: `${project}_default`,
    Labels: { 'com.docker.compose.project': project },
  });
  onTestFinished(() => network.remove());
  return network.id;
}

/** Runs a container that sends a line and expects it back; returns its exit code. */
async function callFrom(network: string, host: string, port: number): Promise<number> {
  const container = await docker.createContainer({
    Image: await ensureTinyImage(),
    Cmd: ['sh', '-c', `test "$(echo hello | nc -w 2 ${host} ${port})" = hello`],
    HostConfig: { NetworkMode: network },
  });
  try {
    await container.start();
    return ((await container.wait()) as { StatusCode: number }).StatusCode;
  } finally {
    await container.remove({ force: true });
  }
}

test("only containers in the project's networks get through the relay", async () => {
  const echo = createServer((socket) => socket.pipe(socket));
  echo.listen(0, '127.0.0.1');
  await once(echo, 'listening');
  onTestFinished(() => void echo.close());
  const { port } = echo.address() as AddressInfo;

  const project = `relaytest${process.pid}`;
  const host = await bridgeAddress(engineAt('/var/run/docker.sock'));
  const admits = projectAdmission(docker, project);
  const relay = await startRelay({ host, port }, { host: '127.0.0.1', port }, admits);
  onTestFinished(() => relay.close());

  expect(await callFrom('bridge', host, port)).not.toBe(0);
  expect(relay.refused()).toBe(1);
  // a network that is created after the start of the relay counts within a second
  const network = await projectNetwork(project);
  await sleep(1_000);
  expect(await callFrom(network, host, port)).toBe(0);
  expect(relay.refused()).toBe(1);
});
