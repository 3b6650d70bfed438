import { isUp } from '../../domain/settle.ts';
import type { ContainerSummary } from '../engine/engine.ts';
import { EngineError } from '../engine/engine-error.ts';
import type { PowerHost } from './host.ts';

/** As much of a container as power work needs. */
export type FoundContainer = Pick<ContainerSummary, 'id' | 'state'>;

const projectOf = (power: PowerHost): string => power.catalog.known()?.project ?? '';

const unfindable = (): EngineError =>
  new EngineError(
    'unavailable',
    'the compose file cannot be read, so nothing can be found',
    undefined,
  );

/**
 * The containers of every service, the newest first: several where it is scaled.
 * @throws while the project is unknown: nobody may say then that a service is not there
 */
export async function findContainers(power: PowerHost): Promise<Map<string, ContainerSummary[]>> {
  const found = new Map<string, ContainerSummary[]>();
  const project = projectOf(power);
  if (project === '') throw unfindable();
  for (const container of await power.engine.list(project)) {
    found.set(container.service, [...(found.get(container.service) ?? []), container]);
  }
  return found;
}

/** One service's containers, each as it is now, which a list may be a moment late to say. */
export async function containersOf(power: PowerHost, name: string): Promise<FoundContainer[]> {
  const { container_id } = power.seen.get(name);
  const project = projectOf(power);
  const [known, listed] = await Promise.all([
    container_id === null ? Promise.resolve(null) : power.engine.inspect(container_id),
    project === '' ? Promise.resolve(null) : power.engine.list(project, name),
  ]);
  if (listed === null) {
    if (known !== null && isUp(known.state)) return [known];
    if (power.leases.all().length === 0) return [];
    throw unfindable();
  }
  const others = listed.filter(({ id }) => id !== known?.id);
  const looked = others.length < 2 && known === null ? others : await lookAt(power, others);
  return known === null ? looked : [known, ...looked];
}

async function lookAt(power: PowerHost, containers: FoundContainer[]): Promise<FoundContainer[]> {
  const facts = await Promise.all(containers.map(({ id }) => power.engine.inspect(id)));
  return facts.filter((found) => found !== null);
}
