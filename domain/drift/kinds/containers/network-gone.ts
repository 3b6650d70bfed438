import type { JudgedFinding } from '../../../../contracts/drift.ts';
import { finding, pathOf, settled, type Kind } from '../finding.ts';

/** A network that the container is on was removed: it cannot be started as it is. */
export const networkGone: Kind = (facts) =>
  settled(facts).flatMap(({ name, containers }): JudgedFinding[] => {
    const found = containers.flatMap((container) =>
      container.gone_networks.map((key) => ({ key, container: container.name })),
    );
    return [...new Map(found.map((one) => [one.key, one])).values()].map(({ key, container }) =>
      finding({
        kind: 'network_gone',
        type: 'missing',
        service: name,
        path: pathOf(name, `networks.${key}`),
        severity: 'high',
        description: `${name}: network ${key} of its container is gone; it has to be made again.`,
        evidence: { container },
      }),
    );
  });
