import { finding, type Kind } from '../finding.ts';

/** A volume was made from another definition; only its removal, with the data, would change that. */
export const volumeDefinition: Kind = ({ stack }) =>
  (stack?.volumes ?? [])
    .filter(({ state }) => state === 'changed')
    .map(({ key, name }) =>
      finding({
        kind: 'volume_definition',
        type: 'modified',
        path: `volumes.${key}`,
        actual: name,
        severity: 'high',
        description: `Volume ${key} is not as the file says, and is used as it is: a new one would have no data.`,
        evidence: { volume: name },
      }),
    );

/** A volume with our name that Compose did not make. */
export const volumeForeign: Kind = ({ stack }) =>
  (stack?.volumes ?? [])
    .filter(({ state }) => state === 'foreign')
    .map(({ key, name }) =>
      finding({
        kind: 'volume_foreign',
        type: 'modified',
        path: `volumes.${key}`,
        actual: name,
        severity: 'high',
        description: `Volume ${name} was not made by Compose. If that is meant, declare it external.`,
        evidence: { volume: name },
      }),
    );
