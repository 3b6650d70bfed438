import type { CatalogService } from '../../../contracts/service.ts';
import type { ServiceFailure } from '../../../contracts/window.ts';
import { isUp } from '../../../domain/services/settle.ts';
import { ComposeError } from '../../compose/compose.ts';
import type { ContainerSummary } from '../../engine/engine.ts';
import { atHome, findContainers, isElsewhere } from '../host/containers.ts';
import { serviceFailure } from '../host/failure.ts';
import { lockOf, type PowerHost, type Cause } from '../host/host.ts';
import { prepareImages } from './images.ts';
import { firstOf, isOutdated } from './outdated.ts';
import { changedNetworks, noteChangedVolumes } from './stack-resources.ts';

export interface Created {
  containers: Map<string, ContainerSummary[]>;
  failures: Map<string, ServiceFailure>;
}

/**
 * Compose makes what is missing or outdated, in one call, or one by one where that call fails. What cannot be opened as
 * the file is, or what needs such a service, is left alone.
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
  const isStale = (service: CatalogService): boolean => {
    const { name, config_hash } = service;
    if (runs(service)) return false;
    if (images.renewed.has(name)) return true;
    // it shares with a service that gets another container
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
  // what they depend on comes first
  const missing = services.filter((one) => {
    // what another window holds in the project that the file named before is used as it is
    if (isElsewhere(power, one.name)) return false;
    const is = (isShort(one) || isStale(one)) && canBeMade(one, services, failures);
    if (is && !runs(one)) made.add(one.name);
    return is;
  });
  if (missing.length === 0) return { containers, failures };
  const { blocked, anew } = await changedNetworks(power, missing, containers);
  for (const failure of blocked) failures.set(failure.service, failure);
  const free = missing.filter(({ name }) => !failures.has(name));
  await noteChangedVolumes(power, free);
  await locked(power, anew, () =>
    power.lock.run('compose', async () => {
      // a network that changed is made again, and with it each container on it, whoever uses it next
      await make(anew, 'recreate');
      const rest = free.filter((one) => !anew.includes(one));
      await make(rest.filter((one) => !runs(one)));
      // what runs is left as it is: another window may be using it
      await make(rest.filter(runs), 'keep');
    }),
  );
  return { containers: await findContainers(power), failures };
}

/**
 * Makes what a service lacks, and leaves what is there as it is. To be called under the service's lock.
 * @throws ComposeError where Compose would have to touch what runs
 */
export async function createAgain(power: PowerHost, name: string): Promise<void> {
  const services = power.catalog.known()?.services.filter((one) => one.name === name) ?? [];
  const { blocked, anew } = await changedNetworks(power, services, new Map());
  if (blocked[0] !== undefined) throw new ComposeError(blocked[0].detail);
  if (anew.length > 0) throw new ComposeError('its network has changed; open it again');
  await power.lock.run('compose', () => power.compose.create([name], 'keep'));
}

/**
 * The names of services that Compose makes, and of those that they depend on and that have no containers by the file: the
 * label of dependencies that Compose writes has only what one call names. What has containers is not named beside others,
 * since Compose would also look after its networks, which other windows may be using.
 */
function withEmpty(power: PowerHost, services: readonly CatalogService[]): string[] {
  const known = power.catalog.known()?.services ?? [];
  const isEmpty = (name: string): boolean =>
    known.some((one) => one.name === name && one.replicas === 0 && one.problem === undefined);
  const needed = services.flatMap(({ depends_on }) => depends_on.map(({ service }) => service));
  return [...new Set([...services.map(({ name }) => name), ...needed.filter(isEmpty)])];
}

/** Nothing is made of what needs a service that cannot be opened. */
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

/** Nobody starts these meanwhile. Always in the order of their names, so that two never wait for each other. */
async function locked<T>(
  power: PowerHost,
  services: readonly CatalogService[],
  work: () => Promise<T>,
): Promise<T> {
  const [first, ...rest] = services.toSorted((one, other) => (one.name < other.name ? -1 : 1));
  if (first === undefined) return work();
  return power.lock.run(lockOf(first.name), () => locked(power, rest, work));
}
