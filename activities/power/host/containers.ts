import { homeProject } from '../../../domain/windows/held-containers.ts';
import { isUp } from '../../../domain/services/settle.ts';
import type { ContainerSummary } from '../../engine/engine.ts';
import { EngineError } from '../../engine/engine-error.ts';
import type { PowerHost } from './host.ts';

/** The fields of a container that power control needs. */
export type FoundContainer = Pick<ContainerSummary, 'id' | 'state' | 'project' | 'name'>;

/** The sources that determine in which projects a service has containers. */
type ProjectSources = Pick<PowerHost, 'catalog' | 'seen' | 'leases'>;

const currentProject = (power: ProjectSources): string => power.catalog.known()?.project ?? '';

const unfindable = (): EngineError =>
  new EngineError(
    'unavailable',
    'the compose file cannot be read, so nothing can be found',
    undefined,
  );

/**
 * Returns the projects in which a service may have containers: the compose file's current project, and the projects
 * of its leases and of the containers that were started for them.
 */
function projectsOf(power: ProjectSources, service: string): Set<string> {
  const leased = power.leases.all().filter((lease) => lease.service === service);
  const held = (power.seen.get(service).containers ?? []).filter((one) => one.held);
  const projects = [...leased, ...held].map(({ project }) => project ?? '');
  return new Set([currentProject(power), ...projects].filter(Boolean));
}

/** Services that have leases, or containers that were started for leases. */
export function heldServices(power: ProjectSources): Set<string> {
  const held = power.seen
    .all()
    .filter(({ containers = [] }) => containers.some((one) => one.held))
    .map(({ name }) => name);
  return new Set([...held, ...power.leases.all().map(({ service }) => service)]);
}

/** While the file's project is unknown, only services whose leases or containers name a project can be found. */
const isUnfindable = (power: PowerHost, service: string): boolean =>
  currentProject(power) === '' && projectsOf(power, service).size === 0;

/** The projects to search: the file's and those of held services. The Engine's event stream follows the same list. */
export function projectsInUse(power: ProjectSources): string[] {
  const held = [...heldServices(power)].flatMap((name) => [...projectsOf(power, name)]);
  return [...new Set([currentProject(power), ...held])].filter(Boolean).toSorted();
}

/**
 * Returns the containers of every service, newest first; several if it is scaled. From a project that is no longer
 * the file's, only containers of services that are still held there.
 * @throws while the project is unknown, since no service can then be reported as absent
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

/** Returns one service's containers by inspection, since a list can be slightly out of date. */
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
  const inspected = others.length < 2 && known === null ? others : await inspectAll(power, others);
  return known === null ? inspected : [known, ...inspected];
}

async function inspectAll(
  power: PowerHost,
  containers: FoundContainer[],
): Promise<FoundContainer[]> {
  const facts = await Promise.all(containers.map(({ id }) => power.engine.inspect(id)));
  return facts.filter((found) => found !== null);
}

/**
 * Returns the containers in the service's current project. If the file's project name changed while a window is open,
 * that is the project of the window's containers, so that no second set is started beside them.
 */
export function atHome<C extends { project: string }>(
  power: PowerHost,
  name: string,
  containers: readonly C[],
): C[] {
  const home = homeProject(power.seen.get(name).containers ?? [], currentProject(power));
  return containers.filter(({ project }) => project === home);
}

/** Whether its containers belong to a project that the compose file no longer names. */
export const isElsewhere = (power: PowerHost, name: string): boolean => {
  const current = currentProject(power);
  return homeProject(power.seen.get(name).containers ?? [], current) !== current;
};
