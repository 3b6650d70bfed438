import { finding, pathOf, settled, type Kind } from '../finding.ts';

/** A service that an open window holds, or that always runs, and that has no container. */
export const serviceMissing: Kind = (facts) =>
  settled(facts)
    .filter(({ awake, replicas, containers }) => awake && replicas > 0 && containers.length === 0)
    .map(({ name, replicas }) =>
      finding({
        kind: 'service_missing',
        type: 'missing',
        service: name,
        path: pathOf(name),
        expected: `${replicas} container${replicas === 1 ? '' : 's'}`,
        actual: 'none',
        severity: 'high',
        description: `${name}: it should run, and has no container.`,
      }),
    );
