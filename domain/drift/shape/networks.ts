import { listOf, mapOf, textOf, type Aspect, type Leaves, type Pair } from './aspect.ts';

const attached = 'attached';

/** Networks by their keys in the file, with the aliases that the file asks for; or the network of something else. */
export const networks: Aspect = {
  compares: ['networks.*', 'network_mode'],
  follows: ['networks.*.aliases[]'],
  expected({ name, declared }) {
    const mode = textOf(declared['network_mode']);
    if (mode !== '') return { network_mode: mode };
    const leaves: Leaves = {};
    for (const [key, own] of Object.entries(mapOf(declared['networks']))) {
      leaves[`networks.${key}`] = attached;
      for (const alias of [name, ...listOf(mapOf(own)['aliases']).map(textOf)])
        leaves[`networks.${key}.aliases.${alias}`] = attached;
    }
    return leaves;
  },
  actual(pair) {
    const { declared, container } = pair;
    const shared = modeOf(pair);
    if (textOf(declared['network_mode']) !== '') return { network_mode: shared };
    const wanted = networks.expected(pair);
    const leaves: Leaves = {};
    for (const [name, own] of Object.entries(container.NetworkSettings.Networks ?? {})) {
      const key = keyOf(pair, name);
      leaves[`networks.${key}`] = attached;
      for (const alias of own?.Aliases ?? [])
        // aliases that nobody asked for are the container's name and id, or harmless
        if (`networks.${key}.aliases.${alias}` in wanted)
          leaves[`networks.${key}.aliases.${alias}`] = attached;
    }
    if (container.State.Status !== 'created') return leaves;
    // older Engines connect a container to the rest of its networks at its start
    const first = keyOf(pair, textOf(container.HostConfig['NetworkMode']));
    return `networks.${first}` in leaves ? { ...wanted, ...leaves } : leaves;
  },
};

/** The network mode as the file writes it. */
const modeOf = ({ container, sharedWith }: Pair): string =>
  sharedText(textOf(container.HostConfig['NetworkMode']), sharedWith);

/** `container:<id>` as the file writes it; as it is if there is no such container. */
export function sharedText(mode: string, sharedWith: Pair['sharedWith']): string {
  const id = /^container:(.+)$/.exec(mode)?.[1];
  return (id === undefined ? null : sharedWith(id)) ?? mode;
}

export function keyOf({ stack }: Pair, name: string): string {
  const known = Object.entries(stack.networks ?? {}).find(
    ([key, own]) => (own?.name ?? key) === name,
  );
  return known?.[0] ?? name;
}
