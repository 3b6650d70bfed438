import type { CatalogService } from '../../../contracts/service.ts';
import type { ServiceFailure } from '../../../contracts/window.ts';
import { withDependencies } from '../../../domain/services/start-order.ts';
import type { ComposeReading } from '../../compose/compose.ts';
import type { ResourceDefinition } from '../../compose/definitions.ts';
import type { ContainerSummary } from '../../engine/engine.ts';
import { callEngineWithin } from '../../engine/engine-error.ts';
import { hostEvent, type PowerHost } from '../host/host.ts';

const hashLabel = 'com.docker.compose.config-hash';
const askMs = 10_000;

interface Labelled {
  name: string;
  hash: string | undefined;
}

/** The file's networks or volumes that exist in the Engine with an older definition. */
const changedOf = (
  definitions: readonly ResourceDefinition[],
  there: readonly Labelled[],
): ResourceDefinition[] =>
  definitions.filter(({ name, external, hash }) => {
    const found = there.find((one) => one.name === name);
    return !external && found?.hash !== undefined && found.hash !== hash;
  });

/** The effect of a changed `networks:` block on services that are about to be created. */
export interface NetworkChange {
  /** Creating them would make Compose stop containers that run on the old network. */
  blocked: ServiceFailure[];
  /** Nothing runs on the network, so Compose recreates it, with the containers of all these services. */
  recreated: CatalogService[];
}

/**
 * Compose recreates a network whose definition has changed and stops everything that runs on it, also for a service
 * that only depends on a user of the network. So this check runs before every creation.
 */
export async function changedNetworks(
  power: PowerHost,
  missing: readonly CatalogService[],
  containers: ReadonlyMap<string, readonly ContainerSummary[]>,
): Promise<NetworkChange> {
  const reading = power.catalog.reading();
  if (reading === null || reading.networks.length === 0) return { blocked: [], recreated: [] };
  const { docker } = power.engine;
  const ask = <T>(what: string, work: () => Promise<T>): Promise<T> =>
    callEngineWithin(askMs, what, work);
  const found = await ask('networks', () =>
    docker.listNetworks({ filters: { label: [hashLabel] } }),
  );
  const there = found.map(({ Name, Labels }) => ({ name: Name, hash: Labels?.[hashLabel] }));
  const blocked: ServiceFailure[] = [];
  const recreated = new Map<string, CatalogService>();
  const known = power.catalog.known()?.services ?? [];
  for (const network of changedOf(reading.networks, there)) {
    const users = known.filter(({ name }) => usesNetwork(reading, name, network.key));
    const touching = missing.filter(({ name }) =>
      withDependencies(name, known).some((one) => users.some((user) => user.name === one)),
    );
    if (touching.length === 0) continue;
    const inspected = await ask('network', () => docker.getNetwork(network.name).inspect());
    const attached = Object.values(
      (inspected as { Containers?: Record<string, { Name: string }> }).Containers ?? {},
    ).map(({ Name }) => Name);
    if (attached.length > 0) {
      const detail =
        `the definition of network ${network.key} has changed, and making it again would stop ` +
        `${attached.sort().join(', ')}; close what runs there, then open this again`;
      for (const { name } of touching)
        blocked.push({ service: name, error: 'network_changed', detail });
      continue;
    }
    for (const user of users)
      if (user.problem === undefined && (containers.has(user.name) || touching.includes(user)))
        recreated.set(user.name, user);
  }
  const names = new Set(blocked.map(({ service }) => service));
  return { blocked, recreated: [...recreated.values()].filter(({ name }) => !names.has(name)) };
}

const usesNetwork = ({ config }: ComposeReading, service: string, key: string): boolean =>
  key in (config.services[service]?.networks ?? {});

const reported = new Set<string>();

/**
 * Reports volumes whose definition has changed, once per change. They stay as they are, since recreating them would
 * lose data; the user has to remove the old volume by hand.
 */
export async function noteChangedVolumes(
  power: PowerHost,
  services: readonly CatalogService[],
): Promise<void> {
  const reading = power.catalog.reading();
  if (reading === null || reading.volumes.length === 0 || services.length === 0) return;
  const { Volumes: volumes } = await callEngineWithin(askMs, 'volumes', () =>
    power.engine.docker.listVolumes({ filters: { label: [hashLabel] } }),
  );
  const there = (volumes ?? []).map(({ Name, Labels }) => ({
    name: Name,
    hash: (Labels as Record<string, string> | null)?.[hashLabel],
  }));
  for (const { key, name: volume, hash } of changedOf(reading.volumes, there)) {
    for (const { name } of services) {
      const mounts = reading.config.services[name]?.volumes ?? [];
      if (!mounts.some(({ type, source }) => type === 'volume' && source === key)) continue;
      if (reported.has(`${name} ${volume} ${hash}`)) continue;
      reported.add(`${name} ${volume} ${hash}`);
      const detail =
        `the definition of volume ${key} has changed; the old one is used, with its data. ` +
        `To have the new one, save the data, run docker volume rm ${volume} and open this again`;
      power.log.warn({ service: name, volume }, detail);
      const event = { service: name, payload: { volume, detail } };
      await power.seen.see(name, {}, [hostEvent(power, 'service.volume_changed', 'madre', event)]);
    }
  }
}
