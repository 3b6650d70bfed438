import { finding, type Kind } from '../finding.ts';

/** A network was made from another definition: to make it again, everything on it has to stop. */
export const networkDefinition: Kind = ({ stack }) =>
  (stack?.networks ?? [])
    .filter(({ state }) => state === 'changed')
    .map(({ key, name }) =>
      finding({
        kind: 'network_definition',
        type: 'modified',
        path: `networks.${key}`,
        actual: name,
        severity: 'high',
        description: `Network ${key} is not as the file says. To make it again, everything on it has to stop.`,
        evidence: { network: name },
      }),
    );
