import type { CatalogService } from '../../../contracts/service.ts';
import type { ServiceFailure } from '../../../contracts/window.ts';
import { isUp } from '../../../domain/services/settle.ts';
import { ComposeError } from '../../compose/compose.ts';
import type { ContainerSummary } from '../../engine/engine.ts';
import { atHome, containersOf, findContainers, isElsewhere } from '../host/containers.ts';
import { serviceFailure } from '../host/failure.ts';
import { lockOf, type PowerHost, type Cause } from '../host/host.ts';
import { prepareImages } from './images.ts';
import { firstOf, isOutdated } from './outdated.ts';
import { noteRespelled } from './respelled.ts';
import { restoreSettings } from './restore-settings.ts';
import { changedNetworks, noteChangedVolumes } from './stack-resources.ts';

export interface Created {
  containers: Map<string, ContainerSummary[]>;
  failures: Map<string, ServiceFailure>;
}

/**
 * Lets Compose create missing and outdated containers, in one call, or one by one if that call fails. Services that
 * the file makes impossible to open, and services that need them, are skipped.
 */
export async function createMissing(
  power: PowerHost,
  services: CatalogService[],
  cause: Cause,
  signal: AbortSignal,
): Promise<Created> {
  if (services.length === 0) return { containers: new Map(), failures: new Map() };
  const containers = await findContainers(power);
  const failures = new Map<string, ServiceFailure>();
  for (const { name, problem } of services)
    if (problem !== undefined) failures.set(name, { service: name, ...problem });
  const of = (name: string): ContainerSummary[] => atHome(power, name, containers.get(name) ?? []);
  const runs = ({ name }: CatalogService): boolean => of(name).some(({ state }) => isUp(state));
  const isShort = ({ name, replicas }: CatalogService): boolean =>
    of(name).length < Math.max(1, replicas);
  const idle = services.filter((one) => !failures.has(one.name) && (isShort(one) || !runs(one)));
  const images = await prepareImages(power, idle, containers, cause, signal);
  for (const [name, failure] of images.failures) failures.set(name, failure);
  const made = new Set<string>();
  const containerOf = (name: string): string | undefined =>
    made.has(name) ? undefined : firstOf(containers)(name);
  await noteRespelled(power, idle, containers, containerOf);
  const isStale = (service: CatalogService): boolean => {
    const { name, config_hash } = service;
    if (runs(service)) return false;
    if (images.renewed.has(name)) return true;
    // it shares namespaces or volumes with a service that gets a new container
    const hashes = power.catalog.reading()?.hashesOf(name, containerOf);
    const bound = config_hash === '' && hashes?.length === 0;
    return bound || of(name).some((one) => isOutdated(power, service, one, containerOf));
  };
  const make = async (missing: CatalogService[], existing?: 'keep' | 'recreate'): Promise<void> => {
    const names = missing.map(({ name }) => name);
    if (names.length === 0) return;
    try {
      await power.compose.create(withEmpty(power, missing), existing);
    } catch (error) {
      for (const one of missing) {
        const { name } = one;
        await power.compose.create(withEmpty(power, [one]), existing).catch((reason: unknown) => {
          failures.set(name, serviceFailure(name, names.length === 1 ? error : reason));
        });
      }
    }
  };
  // dependencies come first
  const missing = services.filter((one) => {
    // containers that another window holds in the file's former project are used as they are
    if (isElsewhere(power, one.name)) return false;
    const is = (isShort(one) || isStale(one)) && canBeMade(one, services, failures);
    if (is && !runs(one)) made.add(one.name);
    return is;
  });
  const stopped = idle.filter((one) => !missing.includes(one) && !isElsewhere(power, one.name));
  const changed = await restoreSettings(
    power,
    stopped.filter(({ name }) => of(name).length > 0),
    containers,
    cause,
  );
  const renewed = stopped.filter(
    (one) => changed.has(one.name) && canBeMade(one, services, failures),
  );
  missing.push(...renewed);
  if (missing.length === 0) return { containers, failures };
  const { blocked, recreated } = await changedNetworks(power, missing, containers);
  for (const failure of blocked) failures.set(failure.service, failure);
  const free = missing.filter(({ name }) => !failures.has(name));
  await noteChangedVolumes(power, free);
  await locked(power, recreated, () =>
    power.lock.run('compose', async () => {
      // a changed network is recreated together with all containers on it, also those of other windows' services
      const again = [...new Set([...recreated, ...renewed.filter((one) => free.includes(one))])];
      await make(again, 'recreate');
      const rest = free.filter((one) => !again.includes(one));
      await make(rest.filter((one) => !runs(one)));
      // running containers stay as they are: another window may be using them
      await make(rest.filter(runs), 'keep');
    }),
  );
  return { containers: await findContainers(power), failures };
}

/**
 * Creates the missing containers of a service and leaves existing ones as they are. The caller holds the service's
 * lock.
 * @throws ComposeError if Compose would have to touch running containers
 */
export async function createAgain(power: PowerHost, name: string): Promise<void> {
  await refuseChangedNetworks(power, name);
  await power.lock.run('compose', () => power.compose.create([name], 'keep'));
}

/**
 * Creates a container again that can never be started, and all of its service if none of them runs: then Compose keeps
 * their anonymous volumes. Beside running ones it is removed first. The caller holds the service's lock.
 * @throws EngineError; ComposeError if Compose would have to touch running containers
 */
export async function recreate(power: PowerHost, name: string, id: string): Promise<void> {
  await refuseChangedNetworks(power, name);
  await power.lock.run('compose', async () => {
    const all = await containersOf(power, name);
    // it was created again together with another one
    if (!all.some((one) => one.id === id)) return;
    const beside = all.some((one) => one.id !== id && isUp(one.state));
    if (!beside && !isElsewhere(power, name)) return power.compose.create([name], 'recreate');
    await power.engine.remove(id);
    return power.compose.create([name], 'keep');
  });
}

async function refuseChangedNetworks(power: PowerHost, name: string): Promise<void> {
  const services = power.catalog.known()?.services.filter((one) => one.name === name) ?? [];
  const { blocked, recreated } = await changedNetworks(power, services, new Map());
  if (blocked[0] !== undefined) throw new ComposeError(blocked[0].detail);
  if (recreated.length > 0) throw new ComposeError('its network has changed; open it again');
}

/**
 * Returns the names of the services to create, plus their dependencies with zero replicas, because the `depends_on`
 * label that Compose writes contains only services of the same call. Dependencies with containers are left out, since
 * Compose would also check their networks, which other windows may be using.
 */
function withEmpty(power: PowerHost, services: readonly CatalogService[]): string[] {
  const known = power.catalog.known()?.services ?? [];
  const isEmpty = (name: string): boolean =>
    known.some((one) => one.name === name && one.replicas === 0 && one.problem === undefined);
  const needed = services.flatMap(({ depends_on }) => depends_on.map(({ service }) => service));
  return [...new Set([...services.map(({ name }) => name), ...needed.filter(isEmpty)])];
}

/** Whether a service can be created: neither it nor a required dependency has failed. */
function canBeMade(
  { name, depends_on }: CatalogService,
  services: readonly CatalogService[],
  failures: ReadonlyMap<string, ServiceFailure>,
): boolean {
  if (failures.has(name)) return false;
  return depends_on.every(({ service, required }) => {
    const needed = services.find((one) => one.name === service);
    return !required || needed === undefined || canBeMade(needed, services, failures);
  });
}

/** Runs work under the locks of these services, taken in order of their names to avoid deadlocks. */
export async function locked<T>(
  power: PowerHost,
  services: readonly CatalogService[],
  work: () => Promise<T>,
): Promise<T> {
  const [first, ...rest] = services.toSorted((one, other) => (one.name < other.name ? -1 : 1));
  if (first === undefined) return work();
  return power.lock.run(lockOf(first.name), () => locked(power, rest, work));
}
