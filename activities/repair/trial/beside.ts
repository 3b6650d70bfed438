import { hostConflicts, type Beside } from '../../../domain/repair/host-conflicts.ts';
import { startOrder, withDependencies } from '../../../domain/services/start-order.ts';
import type { Engine } from '../../engine/engine.ts';
import type { PowerHost } from '../../power/host/host.ts';
import { listBeside, nameOf } from '../list-beside.ts';
import type { ReadCopy } from './read-copy.ts';
import { notStarted } from './settle.ts';

/** The services of a copy that the host itself would not start, or that depend on one; with what their checks say. */
export async function refusedByHost(
  { engine, catalog }: PowerHost,
  { model, services }: ReadCopy,
): Promise<Map<string, ReturnType<typeof notStarted>>> {
  const byName = new Map(services.map((one) => [one.name, one]));
  const names = services.map(({ name }) => name);
  const order = [...new Set([...startOrder(names, byName), ...names])];
  const project = catalog.known()?.project ?? '';
  const { whole, services: found } = hostConflicts(model, await besideOf(engine), {
    project,
    order,
  });
  return new Map(
    names.flatMap((name) => {
      const because =
        whole ??
        withDependencies(name, services)
          .map((one) => found.get(one))
          .find((one) => one !== undefined);
      return because === undefined ? [] : [[name, notStarted(because)] as const];
    }),
  );
}

/** What the Engine, and this host, have beside a stack. Throws an EngineError. */
async function besideOf({ docker }: Engine): Promise<Beside> {
  const { containers, networks, volumes, sockets } = await listBeside(docker);
  const projectOf = (labels: Record<string, string>): string =>
    labels['com.docker.compose.project'] ?? '';
  const published = containers.flatMap(({ Ports, Labels }) =>
    Ports.flatMap(({ IP, PublicPort, Type }) =>
      PublicPort && Type === 'tcp'
        ? [{ address: IP, port: PublicPort, project: projectOf(Labels) }]
        : [],
    ),
  );
  // the Engine listens for its containers
  const others = sockets.filter(({ port }) => !published.some((one) => one.port === port));
  return {
    containers: containers.map((one) => ({
      id: one.Id,
      name: nameOf(one),
      project: projectOf(one.Labels),
      service: one.Labels['com.docker.compose.service'] ?? '',
    })),
    ports: [...published, ...others.map((one) => ({ ...one, project: '' }))],
    networks,
    volumes,
  };
}
