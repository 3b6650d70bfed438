import type { TestStack } from '../stack/stack.ts';

type Docker = TestStack['docker'];

/** The Engine's description of one container, network or volume, without values that differ from run to run. */
export type Facts = Record<string, unknown>;

export interface ProjectFacts {
  containers: Record<string, Facts>;
  networks: Record<string, Facts>;
  volumes: Record<string, Facts>;
}

interface Inspected {
  Id: string;
  Name: string;
  Image: string;
  State: {
    Status: string;
    Running: boolean;
    ExitCode: number;
    StartedAt: string;
    FinishedAt: string;
    Health?: { Status: string };
  };
  Config: Record<string, unknown> & { Hostname: string; Labels: Record<string, string> };
  HostConfig: Record<string, unknown>;
  Mounts: { Type: string; Name?: string; Source: string; Destination: string }[];
  NetworkSettings: { Networks: Record<string, Record<string, unknown> & { Aliases: string[] }> };
}

const projectFilter = (project: string): string => `label=com.docker.compose.project=${project}`;

async function idsOf(docker: Docker, project: string, ...list: string[]): Promise<string[]> {
  const printed = await docker(...list, '-q', '--filter', projectFilter(project));
  return printed.split('\n').filter(Boolean);
}

export async function inspectContainers(docker: Docker, project: string): Promise<Inspected[]> {
  const ids = await idsOf(docker, project, 'ps', '-a', '--no-trunc');
  if (ids.length === 0) return [];
  return JSON.parse(await docker('inspect', ...ids)) as Inspected[];
}

const dependsOn = 'com.docker.compose.depends_on';

export const serviceOf = ({ Config }: Inspected): string =>
  Config.Labels['com.docker.compose.service'] ?? '';

/** Returns the Engine's description of a project's containers, networks and volumes in a comparable form. */
export async function observeProject(docker: Docker, project: string): Promise<ProjectFacts> {
  const containers = await inspectContainers(docker, project);
  const networks = await inspectAll(docker, 'network', project);
  const volumes = await inspectAll(docker, 'volume', project);
  const names = new Map([
    ...containers.map(({ Id, Name }): [string, string] => [Id, Name.slice(1)]),
    ...networks.map(({ Id, Name }): [string, string] => [String(Id), String(Name)]),
  ]);
  const comparable = (facts: unknown): Facts => {
    let text = JSON.stringify(facts);
    for (const [id, name] of names) {
      text = text.replaceAll(id, `id of ${name}`).replaceAll(id.slice(0, 12), `id of ${name}`);
    }
    const value = JSON.parse(text.replaceAll(/\b[0-9a-f]{64}\b/g, '(anonymous)')) as unknown;
    return inOrder(value) as Facts;
  };
  const byName = <T>(list: T[], nameOf: (one: T) => string, factsOf: (one: T) => unknown) =>
    Object.fromEntries(
      list
        .map((one): [string, Facts] => [nameOf(one), comparable(factsOf(one))])
        .toSorted(([one], [other]) => one.localeCompare(other)),
    );
  return {
    containers: byName(containers, ({ Name }) => Name.slice(1), containerFacts),
    networks: byName(
      networks,
      ({ Name }) => String(Name),
      ({ Driver, Options, Internal, Attachable, EnableIPv6, Labels, IPAM }) => ({
        Driver,
        Options,
        Internal,
        Attachable,
        EnableIPv6,
        Labels,
        // the Engine chooses a free address range if the file names none
        Range: JSON.stringify(IPAM).includes('10.213.') ? IPAM : 'any',
      }),
    ),
    volumes: byName(
      volumes,
      ({ Name }) => String(Name),
      ({ Driver, Options, Labels }) => ({ Driver, Options, Labels }),
    ),
  };
}

async function inspectAll(
  docker: Docker,
  kind: 'network' | 'volume',
  project: string,
): Promise<Facts[]> {
  const ids = await idsOf(docker, project, kind, 'ls');
  return ids.length === 0 ? [] : (JSON.parse(await docker(kind, 'inspect', ...ids)) as Facts[]);
}

function containerFacts(container: Inspected): Facts {
  const { Config, HostConfig, Mounts, NetworkSettings, State, Image } = container;
  const { Labels } = Config;
  // Compose writes them in the order of a Go map, which is random
  const dependencies = Labels[dependsOn]?.split(',').toSorted().join(',');
  return {
    Image,
    Config: { ...Config, Labels: { ...Labels, [dependsOn]: dependencies } },
    HostConfig: {
      ...HostConfig,
      // VX11 restarts services of a window itself, so that a reboot starts nothing
      RestartPolicy: 'by VX11',
    },
    Mounts,
    Networks: Object.fromEntries(
      Object.entries(NetworkSettings.Networks).map(([name, network]) => [
        name,
        {
          Aliases: network.Aliases,
          Links: network['Links'],
          IPAMConfig: network['IPAMConfig'],
          DriverOpts: network['DriverOpts'],
        },
      ]),
    ),
    State: {
      Status: State.Status,
      ExitCode: State.Running ? null : State.ExitCode,
      Health: State.Running ? (State.Health?.Status ?? 'none') : null,
    },
  };
}

/** Lists whose order has no meaning, such as `Env`; they are sorted. Others, such as a command's words, are not. */
const sets = new Set([
  'Env',
  'Binds',
  'Mounts',
  'Aliases',
  'ExtraHosts',
  'CapAdd',
  'CapDrop',
  'Ulimits',
]);

function inOrder(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => inOrder(item));
    if (!sets.has(key)) return items;
    return items.toSorted((one, other) => JSON.stringify(one).localeCompare(JSON.stringify(other)));
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, inOrder(one, name)]));
}

/** Reads content, mode and owner of files inside the running containers of services; of every container if several. */
export async function readInside(
  docker: Docker,
  project: string,
  files: Record<string, string[]>,
): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const container of await inspectContainers(docker, project)) {
    for (const file of files[serviceOf(container)] ?? []) {
      const script = 'stat -c "%a %u:%g" "$0"; cat "$0"';
      const text = await docker('exec', '-u', '0', container.Id, 'sh', '-c', script, file).catch(
        (error: { stderr?: string }) => `unreadable: ${error.stderr}`,
      );
      found[`${container.Name}:${file}`] = text;
    }
  }
  return found;
}
