import { listOf, mapOf, textOf, type Aspect, type Leaves } from './aspect.ts';

/** Published ports by the port of the container: where each is bound, on which address. */
export const ports: Aspect = {
  compares: [
    ...['target', 'published', 'protocol', 'host_ip'].map((key) => `ports[].${key}`),
    'ports[].mode',
  ],
  // Compose writes `ingress` where the file says nothing
  overlooks: ({ place, value }) => place === 'ports[].mode' && value !== 'ingress',
  expected: ({ declared }) =>
    leavesOf(
      listOf(declared['ports'])
        .map(mapOf)
        .map((port) => [
          `${textOf(port['target'])}/${textOf(port['protocol']) || 'tcp'}`,
          `${textOf(port['host_ip'])}:${textOf(port['published'])}`,
        ]),
    ),
  actual: ({ container }) =>
    leavesOf(
      Object.entries(mapOf(container.HostConfig['PortBindings'])).flatMap(([port, bound]) =>
        listOf(bound)
          .map(mapOf)
          .map((one): [string, string] => [
            port,
            `${textOf(one['HostIp'])}:${textOf(one['HostPort'])}`,
          ]),
      ),
    ),
};

const leavesOf = (bound: [string, string][]): Leaves =>
  Object.fromEntries(
    [...Map.groupBy(bound, ([port]) => port)].map(([port, all]) => [
      `ports.${port}`,
      all
        .map(([, at]) => (at.endsWith(':') ? `${at}any` : at))
        .toSorted()
        .join(', '),
    ]),
  );
