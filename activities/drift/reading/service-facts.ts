import pLimit from 'p-limit';
import type { CatalogService } from '../../../contracts/service.ts';
import { containerFacts, imageIdOf, labelOf } from '../../../domain/drift/compact.ts';
import type { ImageFacts, ServiceFacts } from '../../../domain/drift/facts.ts';
import type { Declared, Inspected, Readout } from '../../../domain/drift/readout.ts';
import { mapOf, textOf } from '../../../domain/drift/shape/aspect.ts';
import { bindsOf, type BoundFile } from '../../../domain/drift/shape/mounts.ts';
import type { Scan } from '../../../domain/drift/scans.ts';
import { zoneOf } from '../../../domain/services/time-zone.ts';
import type { ContainerOf } from '../../compose/definitions.ts';
import { lockOf, type PowerHost } from '../../power/host/host.ts';
import type { Definitions } from '../../power/host/known-definitions.ts';
import type { DriftDeps } from '../deps.ts';
import { changedBinds, changedCopies } from './contents.ts';
import { changedFiles } from './changed-files.ts';
import type { DriftMemory } from './memory.ts';
import { changedSources } from './sources.ts';

const diffsAtOnce = 4;
const limit = pLimit(diffsAtOnce);

export interface ServiceReading {
  readout: Readout;
  /** The containers by service, as `containersByService` has them. */
  containersOf: ReadonlyMap<string, readonly Inspected[]>;
  /** The release of Compose in use, as `releaseOf` has it. */
  release: string | null;
  /** The compose files, as Compose writes them into a label. */
  files: string;
  memory: DriftMemory;
  scans: readonly Scan[];
  definitions: Definitions;
  /** Whether to ask what changed in the containers' own layers, which costs the Engine most. */
  layers: boolean;
}

/** One service of the file beside its containers. */
export async function serviceFacts(
  { power, seal }: Pick<DriftDeps, 'power' | 'seal'>,
  service: CatalogService,
  { readout, containersOf, release, files, memory, scans, definitions, layers }: ServiceReading,
): Promise<ServiceFacts> {
  const { name, tier, replicas, restart } = service;
  const containers = containersOf.get(name) ?? [];
  const reading = power.catalog.reading();
  const declared: Declared = readout.declared.services[name] ?? {};
  const around = {
    hashesOf: (of: string) => reading?.hashesOf(of, firstIn(containersOf)) ?? [],
    seal,
    release,
    files,
    unseen: { now: definitions.now(name), of: definitions.of },
  };
  const found = await Promise.all(
    containers.map(async (container) => ({
      ...containerFacts(name, declared, container, readout, around),
      changed_files: layers ? await filesOf(power, container, name) : null,
    })),
  );
  const [one] = containers;
  const bound = one === undefined ? [] : boundIn(name, declared, one, readout);
  const sources = one === undefined ? [] : await changedSources(one, bound);
  const asMounted = bound.filter(({ path }) => !sources.some((other) => other.path === path));
  return {
    name,
    tier,
    awake:
      tier === 'window'
        ? power.leases.live(name).length > 0
        : coreInContainers(power, containersOf),
    busy: isBusy(power, name),
    replicas,
    restart,
    image: imageFacts(service, readout, { memory, scans }),
    sources,
    contents:
      one?.State.Running === true
        ? [
            ...(await changedBinds(name, one, asMounted, memory)),
            ...(await copiesIn(power, name, one)),
          ]
        : [],
    unknown_zone: unknownZone(declared),
    containers: found,
  };
}

/** `npm start` runs the core as processes of the machine, and then none of it has a container. */
const coreInContainers = (
  { catalog }: PowerHost,
  containersOf: ServiceReading['containersOf'],
): boolean =>
  (catalog.known()?.services ?? []).some(
    ({ name, tier }) => tier !== 'window' && containersOf.has(name),
  );

/** Work on a service, or a window that opens or closes, changes what is seen of it. */
function isBusy(power: PowerHost, name: string): boolean {
  if (power.lock.busy(lockOf(name)) || power.leases.lapsed(name)) return true;
  const leases = power.leases.live(name);
  return leases.length > 0 && !leases.some(({ is_open }) => is_open);
}

function imageFacts(
  { image_source, problem }: CatalogService,
  readout: Readout,
  { memory, scans }: Pick<ServiceReading, 'memory' | 'scans'>,
): ImageFacts | null {
  if (image_source === null || image_source === undefined || problem !== undefined) return null;
  const { ref, pullable, has_build, policy } = image_source;
  const obtainable = has_build || (pullable && policy !== 'never');
  const image = readout.images.get(ref);
  const digests = (image?.RepoDigests ?? []).map((one) => one.slice(one.indexOf('@') + 1));
  const remote = (memory.get('registry') as RemoteDigests | null)?.[ref]?.digest;
  // one without a digest was built here
  const isBehind = remote !== undefined && digests.length > 0 && !digests.includes(remote);
  const scan = scans.find((one) => one.image === image?.Id);
  return {
    reference: ref,
    id: imageIdOf(readout, ref),
    obtainable,
    update: isBehind ? remote : null,
    vulnerable: scan?.vulnerable ?? [],
  };
}

/** What registries have under the references of the stack; the ant `image` asks them. */
export type RemoteDigests = Readonly<Record<string, { digest: string; at: number }>>;

/** A service may name a time zone that there is not; a path, as in `:/etc/localtime`, is no name of one. */
function unknownZone(declared: Declared): string | null {
  const zone = textOf(mapOf(declared['environment'])['TZ']);
  if (!/^[A-Za-z][\w+-]*(\/[\w+-]+)*$/.test(zone)) return null;
  try {
    zoneOf(zone);
    return null;
  } catch {
    return zone.slice(0, 100);
  }
}

/** Inline configs and secrets are copied at each start, so a container may have older ones. */
async function copiesIn(power: PowerHost, name: string, container: Inspected) {
  const files = power.catalog.details(name)?.files ?? [];
  if (files.length === 0) return [];
  const names = files.flatMap(({ from }) => ('variable' in from ? [from.variable] : []));
  const values =
    names.length === 0
      ? new Map<string, string>()
      : await power.compose.variables([...new Set(names)]).catch(() => new Map<string, string>());
  return changedCopies(power.engine.docker, container, files, values);
}

/** The release that made a container of the project last is the one in use. */
export const releaseOf = ({ containers }: Readout): string | null =>
  containers
    .toSorted((one, other) => (one.Created < other.Created ? 1 : -1))
    .map((one) => labelOf(one, 'version'))
    .find((version) => version !== '') ?? null;

export const containersByService = ({ containers }: Readout): Map<string, Inspected[]> =>
  Map.groupBy(containers, (one) => labelOf(one, 'service'));

/** Of several containers of a service, Compose uses the first by name for sharing. */
export const firstIn =
  (containersOf: ServiceReading['containersOf']): ContainerOf =>
  (service) =>
    (containersOf.get(service) ?? []).toSorted((one, next) => (one.Name < next.Name ? -1 : 1))[0]
      ?.Id;

/** Only what runs, or ran, has files of its own. */
const filesOf = async (power: PowerHost, container: Inspected, name: string) =>
  container.State.Running
    ? limit(() =>
        changedFiles(
          power.engine.docker,
          container,
          (power.catalog.details(name)?.files ?? []).map(({ target }) => target),
        ),
      )
    : null;

const boundIn = (
  name: string,
  declared: Declared,
  container: Inspected,
  { declared: stack, images }: Readout,
): BoundFile[] =>
  bindsOf({
    name,
    declared,
    stack,
    container,
    image: images.get(container.Image)?.Config ?? {},
    seal: (value) => value,
    sharedWith: () => null,
  });
