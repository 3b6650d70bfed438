import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import Docker from 'dockerode';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createCompose } from '../../../activities/compose/compose.ts';
import { besideShapes, manyShapes } from './shapes.ts';

const socketPath = '/var/run/docker.sock';
const docker = new Docker({ socketPath });
const label = (key: string) => `com.docker.compose.${key}`;
const project = `reading-hash-${process.pid}`;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vx11-shapes-'));
  for (const [name, text] of Object.entries(besideShapes)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  vi.stubEnv('FROM_SHELL', 'shell');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  const filters = { label: [`${label('project')}=${project}`] };
  const containers = await docker.listContainers({ all: true, filters });
  await Promise.all(
    containers.map(({ Id }) => docker.getContainer(Id).remove({ force: true, v: true })),
  );
  for (const { Id } of await docker.listNetworks({ filters })) await docker.getNetwork(Id).remove();
  for (const { Name } of (await docker.listVolumes({ filters })).Volumes)
    await docker.getVolume(Name).remove();
  await rm(folder, { recursive: true });
});

test("the hashes of services, networks and volumes are those in Compose's labels", async () => {
  const file = join(folder, 'compose.yaml');
  const stack = manyShapes(project);
  await writeFile(file, JSON.stringify(stack).replaceAll('\u2028', '\\u2028'));
  const compose = createCompose(file, process.env['VX11_COMPOSE_BIN'], socketPath);
  const { config, broken, hashesOf, networks, volumes } = await compose.read();
  expect([...broken]).toEqual([]);
  const names = Object.keys(config.services);
  expect(names.length).toBeGreaterThan(100);
  await compose.create(names);

  const filters = { label: [`${label('project')}=${project}`] };
  const containers = await docker.listContainers({ all: true, filters });
  const firstOf = (service: string): string | undefined =>
    containers
      .filter(({ Labels }) => Labels[label('service')] === service)
      .toSorted((one, two) => (one.Names[0]! < two.Names[0]! ? -1 : 1))[0]?.Id;
  const differing = containers.filter(
    ({ Labels }) =>
      hashesOf(Labels[label('service')]!, firstOf)[0] !== Labels[label('config-hash')],
  );
  expect(differing.map(({ Labels }) => Labels[label('service')])).toEqual([]);
  expect(new Set(containers.map(({ Labels }) => Labels[label('service')])).size).toBe(
    names.filter((name) => config.services[name]!.scale !== 0).length,
  );

  const made = await docker.listNetworks({ filters });
  expect(networks.length).toBeGreaterThan(2);
  for (const { name, hash } of networks)
    expect(made.find(({ Name }) => Name === name)?.Labels?.[label('config-hash')]).toBe(hash);
  const kept = (await docker.listVolumes({ filters })).Volumes;
  expect(volumes).toHaveLength(1);
  for (const { name, hash } of volumes)
    expect(kept.find(({ Name }) => Name === name)?.Labels[label('config-hash')]).toBe(hash);
});
