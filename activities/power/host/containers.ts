import { homeProject } from '../../../domain/windows/held-containers.ts';
import { isUp } from '../../../domain/services/settle.ts';
import type { ContainerSummary } from '../../engine/engine.ts';
import { EngineError } from '../../engine/engine-error.ts';
import type { PowerHost } from './host.ts';

/** As much of a container as power work needs. */
export type FoundContainer = Pick<ContainerSummary, 'id' | 'state' | 'project' | 'name'>;

/** What says in which projects containers are. */
type Knows = Pick<PowerHost, 'catalog' | 'seen' | 'leases'>;

const currentProject = (power: Knows): string => power.catalog.known()?.project ?? '';

const unfindable = (): EngineError =>
  new EngineError(
    'unavailable',
    'the compose file cannot be read, so nothing can be found',
    undefined,
  );

/**
 * The projects in which a service has containers: that of the compose file now, and those in which its leases and
 * what was started for them began.
 */
function projectsOf(power: Knows, service: string): Set<string> {
  const leased = power.leases.all().filter((lease) => lease.service === service);
  const held = (power.seen.get(service).containers ?? []).filter((one) => one.held);
  const projects = [...leased, ...held].map(({ project }) => project ?? '');
  return new Set([currentProject(power), ...projects].filter(Boolean));
}

/** Services that have leases or containers that were started for some. */
export function heldServices(power: Knows): Set<string> {
  const held = power.seen
    .all()
    .filter(({ containers = [] }) => containers.some((one) => one.held))
    .map(({ name }) => name);
  return new Set([...held, ...power.leases.all().map(({ service }) => service)]);
}

/** While the project of the file is unknown, only what names its project can be found. */
const isUnfindable = (power: PowerHost, service: string): boolean =>
  currentProject(power) === '' && projectsOf(power, service).size === 0;

/** The projects to look into: the file's, and those of what is held. Kept in sync with what the Engine's events tell of. */
export function projectsInUse(power: Knows): string[] {
  const held = [...heldServices(power)].flatMap((name) => [...projectsOf(power, name)]);
  return [...new Set([currentProject(power), ...held])].filter(Boolean).toSorted();
}

/**
 * The containers of every service, the newest first: several where it is scaled. Of a project that is not the file's
 * any more, only those of services that are still held from there.
 * @throws while the project is unknown: nobody may say then that a service is not there
 */
export async function findContainers(power: PowerHost): Promise<Map<string, ContainerSummary[]>> {
  const current = currentProject(power);
  const held = heldServices(power);
  if (current === '' && (held.size === 0 || [...held].some((name) => isUnfindable(power, name))))
    throw unfindable();
  const found = new Map<string, ContainerSummary[]>();
  const lists = await Promise.all(
    projectsInUse(power).map((project) => power.engine.list(project)),
  );
  for (const container of lists.flat()) {
    const { service, project } = container;
    if (project !== current && !(held.has(service) && projectsOf(power, service).has(project)))
      continue;
    found.set(service, [...(found.get(service) ?? []), container]);
  }
  return found;
}

/** One service's containers, each as it is now, which a list may be a moment late to say. */
export async function containersOf(power: PowerHost, name: string): Promise<FoundContainer[]> {
  const { container_id } = power.seen.get(name);
  const projects = [...projectsOf(power, name)];
  const [known, lists] = await Promise.all([
    container_id === null ? Promise.resolve(null) : power.engine.inspect(container_id),
    Promise.all(projects.map((project) => power.engine.list(project, name))),
  ]);
  if (projects.length === 0) {
    if (known !== null && isUp(known.state)) return [known];
    if (power.leases.all().length === 0) return [];
    throw unfindable();
  }
  const others = lists.flat().filter(({ id }) => id !== known?.id);
  const looked = others.length < 2 && known === null ? others : await lookAt(power, others);
  return known === null ? looked : [known, ...looked];
}

async function lookAt(power: PowerHost, containers: FoundContainer[]): Promise<FoundContainer[]> {
  const facts = await Promise.all(containers.map(({ id }) => power.engine.inspect(id)));
  return facts.filter((found) => found !== null);
}

/**
 * Those of a service's containers that it is started and kept up from: where the file has got another project name
 * under an open window, the ones that the window has, so that none is started beside them.
 */
export function atHome<C extends { project: string }>(
  power: PowerHost,
  name: string,
  containers: readonly C[],
): C[] {
  const home = homeProject(power.seen.get(name).containers ?? [], currentProject(power));
  return containers.filter(({ project }) => project === home);
}

/** Its containers are of a project that the compose file does not name any more. */
export const isElsewhere = (power: PowerHost, name: string): boolean => {
  const current = currentProject(power);
  return homeProject(power.seen.get(name).containers ?? [], current) !== current;
};
