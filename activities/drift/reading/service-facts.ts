import pLimit from 'p-limit';
import type { CatalogService } from '../../../contracts/service.ts';
import { containerFacts, imageIdOf, labelOf } from '../../../domain/drift/compact.ts';
import type { ImageFacts, ServiceFacts } from '../../../domain/drift/facts.ts';
import type { Declared, Inspected, Readout } from '../../../domain/drift/readout.ts';
import { uncomparedIn } from '../../../domain/drift/shape/differences.ts';
import { bindSources, mounts } from '../../../domain/drift/shape/mounts.ts';
import { lockOf, type PowerHost } from '../../power/host/host.ts';
import type { DriftDeps } from '../deps.ts';
import { changedFiles } from './changed-files.ts';
import { changedSources } from './sources.ts';

const diffsAtOnce = 4;
const limit = pLimit(diffsAtOnce);

/** One service of the file beside its containers. */
export async function serviceFacts(
  { power, seal }: Pick<DriftDeps, 'power' | 'seal'>,
  service: CatalogService,
  readout: Readout,
  containers: readonly Inspected[],
  files: string,
): Promise<ServiceFacts> {
  const { name, tier, replicas, restart } = service;
  const reading = power.catalog.reading();
  const declared: Declared = readout.declared.services[name] ?? {};
  const first = (other: string): string | undefined =>
    readout.containers
      .filter((one) => labelOf(one, 'service') === other)
      .toSorted((one, next) => (one.Name < next.Name ? -1 : 1))[0]?.Id;
  const around = {
    hashesOf: (of: string) => reading?.hashesOf(of, first) ?? [],
    seal,
    release: releaseOf(readout),
    files,
  };
  const found = await Promise.all(
    containers.map(async (container) => ({
      ...containerFacts(name, declared, container, readout, around),
      changed_files: await filesOf(power, container, name),
    })),
  );
  const sources = await Promise.all(
    containers
      .slice(0, 1)
      .map((container) => changedSources(container, boundIn(name, declared, container, readout))),
  );
  return {
    name,
    tier,
    awake:
      tier === 'window' ? power.leases.live(name).length > 0 : coreInContainers(power, readout),
    busy: isBusy(power, name),
    replicas,
    restart,
    uncompared: uncomparedIn(declared),
    image: imageFacts(service, readout),
    sources: sources.flat(),
    containers: found,
  };
}

/** `npm start` runs the core as processes of the machine, and then none of it has a container. */
function coreInContainers({ catalog }: PowerHost, { containers }: Readout): boolean {
  const core = new Set(
    (catalog.known()?.services ?? []).flatMap(({ name, tier }) =>
      tier === 'window' ? [] : [name],
    ),
  );
  return containers.some((one) => core.has(labelOf(one, 'service')));
}

/** Work on a service, or a window that opens or closes, changes what is seen of it. */
function isBusy(power: PowerHost, name: string): boolean {
  if (power.lock.busy(lockOf(name)) || power.leases.lapsed(name)) return true;
  const leases = power.leases.live(name);
  return leases.length > 0 && !leases.some(({ is_open }) => is_open);
}

function imageFacts(
  { image_source, problem }: CatalogService,
  readout: Readout,
): ImageFacts | null {
  if (image_source === null || image_source === undefined || problem !== undefined) return null;
  const { ref, pullable, has_build, policy } = image_source;
  const obtainable = has_build || (pullable && policy !== 'never');
  return { reference: ref, id: imageIdOf(readout, ref), obtainable };
}

/** The release that made most of the project last is the one in use. */
const releaseOf = ({ containers }: Readout): string | null =>
  containers
    .toSorted((one, other) => (one.Created < other.Created ? 1 : -1))
    .map((one) => labelOf(one, 'version'))
    .find((version) => version !== '') ?? null;

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
): [string, string][] =>
  bindSources(
    mounts.expected({
      name,
      declared,
      stack,
      container,
      image: images.get(container.Image)?.Config ?? {},
      seal: (value) => value,
      sharedWith: () => null,
    }),
  );
