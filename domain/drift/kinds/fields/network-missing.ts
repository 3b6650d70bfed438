import { isEndpointSetting } from '../../shape/endpoints.ts';
import { fieldKind, keyOf } from './field-kind.ts';

const isNetwork = (path: string): boolean =>
  path.startsWith('networks.') && !path.includes('.aliases.') && !isEndpointSetting(path);

/** A network that a container was taken off: Compose puts it back only while the container runs. */
export const networkMissing = fieldKind({
  kind: 'network_missing',
  owns: ({ path, actual }, { gone_networks }) =>
    isNetwork(path) && actual === null && !gone_networks.includes(path.slice('networks.'.length)),
  severity: 'high',
  asleep: 'same',
  what: (one) => `network ${keyOf(one)}`,
});

export const networkExtra = fieldKind({
  kind: 'network_extra',
  owns: ({ path, actual }) => isNetwork(path) && actual !== null,
  severity: 'warn',
  asleep: 'same',
  what: (one) => `network ${keyOf(one)}`,
});
